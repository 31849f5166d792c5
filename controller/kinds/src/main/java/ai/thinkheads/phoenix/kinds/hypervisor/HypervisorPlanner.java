package ai.thinkheads.phoenix.kinds.hypervisor;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.kinds.guest.FeatureWish;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares a Hypervisor with its machine. */
public final class HypervisorPlanner {

    /** The fact of the mark that says which request for another check of the features was served last. */
    static final String CHECKED = "checked";

    /** The fact of the mark that says since which boot and why the machine is being rebooted. */
    static final String REBOOT = "reboot";

    private final Place on;
    private final Resource<HypervisorSpec, HypervisorFacts> resource;
    private final HypervisorSpec spec;
    private final Node.Observed node;
    private final HostState state;
    private final List<Step> steps = new ArrayList<>();

    private HypervisorPlanner(Place on, Resource<HypervisorSpec, HypervisorFacts> resource, HostState state) {
        this.on = on;
        this.resource = resource;
        this.spec = resource.spec();
        this.node = state.node();
        this.state = state;
    }

    /**
     * What has to be done about the machine, and how it is.
     *
     * @param features what has to be installed, in order
     * @param former what is known of features that the mark names and the manifest does not, by name
     */
    public static Assessment<HypervisorFacts> assess(
            Place on,
            Resource<HypervisorSpec, HypervisorFacts> resource,
            List<FeatureWish> features,
            Map<String, FeatureWish> former,
            HostState state) {
        return new HypervisorPlanner(on, resource, state).assess(features, former);
    }

    private Assessment<HypervisorFacts> assess(List<FeatureWish> features, Map<String, FeatureWish> former) {
        String owner = resource.key().toString();
        Mark mark = node.mark();
        if (mark == null || !mark.owner().equals(owner)) {
            // Whoever was here before under another name has left what it knew of the features.
            steps.add(new HypervisorStep.Adopt(on, new Mark(owner, mark == null ? Map.of() : mark.facts())));
        }
        identity();
        resolver();
        packages();
        features(features, former, mark);
        List<Finding> findings = new ArrayList<>();
        reboot(mark, findings);
        return new Assessment<>(new Plan(steps), facts(), findings, null);
    }

    private void reboot(@Nullable Mark mark, List<Finding> findings) {
        String why = node.rebootRequired();
        String last = mark == null ? null : mark.fact(REBOOT).orElse(null);
        if (why == null) {
            if (last != null) {
                steps.add(new HypervisorStep.NoteRebooted(on));
            }
            return;
        }
        boolean allowed = spec.rebootPolicy() == HypervisorSpec.RebootPolicy.WHEN_REQUIRED;
        // A reboot for the same reason that has not helped would not help a second time.
        boolean inVain = last != null && last.endsWith(" " + why) && !last.equals(rebootFact(node.bootId(), why));
        if (allowed && !inVain) {
            steps.add(new HypervisorStep.Reboot(on, why, rebootFact(node.bootId(), why)));
        }
        String next = inVain
                ? "; it was rebooted for that and still says so: look at the host"
                : allowed ? "" : "; reboot the host, or set spec.rebootPolicy to WhenRequired and Phoenix does it";
        findings.add(new Finding(Conditions.REBOOT_REQUIRED, true, "RebootRequired", why + next, false));
    }

    private static String rebootFact(String bootId, String why) {
        return bootId + " " + why;
    }

    private void identity() {
        String hostname = spec.hostname();
        if (hostname != null && !hostname.equals(node.hostname())) {
            steps.add(new HypervisorStep.SetHostname(on, node.hostname(), hostname));
        }
        String timezone = spec.timezone();
        if (timezone != null && !timezone.equals(node.timezone())) {
            steps.add(new HypervisorStep.SetTimezone(on, node.timezone(), timezone));
        }
        ByteSize arcMax = spec.zfs() == null ? null : spec.zfs().arcMax();
        if (arcMax != null && !arcMax.equals(node.arcMax())) {
            steps.add(new HypervisorStep.SetArcMax(on, node.arcMax(), arcMax));
        }
    }

    private void resolver() {
        List<String> is = node.dns().stream().map(HypervisorPlanner::canonical).toList();
        List<String> wanted = spec.dns().isEmpty()
                ? is
                : spec.dns().stream().map(IpAddress::toString).toList();
        String domain = spec.domain() == null ? node.searchDomain() : spec.domain();
        List<String> words = new ArrayList<>();
        String field = "spec.domain";
        if (!wanted.equals(is)) {
            field = "spec.dns";
            words.add("servers from " + (is.isEmpty() ? "none" : String.join(" ", is)) + " to "
                    + String.join(" ", wanted));
        }
        if (domain != null && !domain.equals(node.searchDomain())) {
            words.add("domain from " + (node.searchDomain() == null ? "none" : node.searchDomain()) + " to " + domain);
        }
        if (!words.isEmpty()) {
            steps.add(new HypervisorStep.SetDns(on, field, wanted, domain, Words.list(words)));
        }
    }

    private static String canonical(String address) {
        try {
            return IpAddress.parse(address).toString();
        } catch (IllegalArgumentException e) {
            return address;
        }
    }

    private void packages() {
        Set<String> missing = new TreeSet<>(spec.packages());
        missing.removeAll(node.packages());
        if (!missing.isEmpty()) {
            steps.add(new HypervisorStep.InstallPackages(on, Set.copyOf(missing)));
        }
    }

    private void features(List<FeatureWish> features, Map<String, FeatureWish> former, @Nullable Mark mark) {
        Map<String, String> stamps = stamps(mark);
        Set<String> left = new TreeSet<>(stamps.keySet());
        features.forEach(feature -> left.remove(feature.name()));
        left.forEach(name -> steps.add(new HypervisorStep.RemoveFeature(on, name, former.get(name))));
        String asked = resource.annotation(Annotations.RECONCILE_AT).orElse(null);
        boolean again = asked != null
                && !features.isEmpty()
                && mark != null
                && !asked.equals(mark.fact(CHECKED).orElse(null));
        for (FeatureWish feature : features) {
            String before = stamps.get(feature.name());
            if (again || !feature.isInPlace(before)) {
                steps.add(new HypervisorStep.EnsureFeature(on, feature, before));
            }
        }
        if (again && asked != null) {
            steps.add(new HypervisorStep.NoteChecked(on, asked));
        }
    }

    /** The features that a mark names, each with its stamp. */
    static Map<String, String> stamps(@Nullable Mark mark) {
        Map<String, String> stamps = new TreeMap<>();
        if (mark != null) {
            mark.facts().forEach((name, stamp) -> {
                if (name.startsWith(FeatureWish.FACT)) {
                    stamps.put(name.substring(FeatureWish.FACT.length()), stamp);
                }
            });
        }
        return stamps;
    }

    private HypervisorFacts facts() {
        List<HypervisorFacts.Gpu> gpus = new TreeMap<>(node.pciGpus())
                .entrySet().stream()
                        .map(gpu -> new HypervisorFacts.Gpu(gpu.getKey(), gpu.getValue()))
                        .toList();
        List<InstalledFeature> features = stamps(node.mark()).entrySet().stream()
                .map(each -> new InstalledFeature(each.getKey(), FeatureWish.versionOf(each.getValue()), null))
                .toList();
        return new HypervisorFacts(
                node.version(),
                node.kernel(),
                node.hostname(),
                node.cpus(),
                node.memory(),
                gpus,
                allocated(),
                features,
                node.bootId());
    }

    /** Templates never run, so nothing is kept for them. */
    private HypervisorFacts.Allocated allocated() {
        List<Guests.Observed<? extends GuestConfig>> guests = Stream.concat(
                        state.containers().values().stream(), state.virtualMachines().values().stream())
                .filter(guest -> !guest.template())
                .<Guests.Observed<? extends GuestConfig>>map(guest -> guest)
                .toList();
        long memory = 0;
        long onBoot = 0;
        int cpus = 0;
        int running = 0;
        for (Guests.Observed<? extends GuestConfig> guest : guests) {
            GuestConfig config = guest.config();
            memory += config.memory().bytes();
            onBoot += config.onBoot() ? config.memory().bytes() : 0;
            cpus += config.cores();
            running += guest.running() ? 1 : 0;
        }
        return new HypervisorFacts.Allocated(new ByteSize(memory), new ByteSize(onBoot), cpus, guests.size(), running);
    }
}
