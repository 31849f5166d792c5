package ai.thinkheads.phoenix.kinds.gpudriver;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.kinds.host.GuestUse;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares a GpuDriver with the cards of its host. */
public final class GpuDriverPlanner {

    private GpuDriverPlanner() {}

    /**
     * What has to be done about the driver, and how the cards are.
     *
     * @param guestVersions the version of the driver in each guest that shares a card, by resource name, as far as it is known
     */
    public static Assessment<GpuDriverFacts> assess(
            Place on,
            Resource<GpuDriverSpec, GpuDriverFacts> resource,
            Map<String, String> guestVersions,
            HostState state) {
        GpuDriverSpec spec = resource.spec();
        Gpus.Observed gpus = state.gpus();
        checkCards(resource, state);
        boolean vfio = spec.mode() == GpuDriverSpec.Mode.VFIO;
        checkMode(resource, vfio, state);
        boolean open = spec.kernelModule() != GpuDriverSpec.KernelModule.PROPRIETARY;
        boolean persistence = !Boolean.FALSE.equals(spec.persistence());
        GpuDriverSpec.Source source = spec.source();
        Gpus.DriverConfig wanted = new Gpus.DriverConfig(
                spec.version(),
                source == null ? null : source.url(),
                source == null ? null : source.sha256(),
                open,
                vfio,
                persistence);
        List<Finding> findings = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        // What was installed and waits for a boot cannot be seen to have another mode yet, so the host is asked only
        // once.
        boolean waits = state.node().rebootRequired() != null
                && spec.version().equals(gpus.installedVersion())
                && gpus.open() == open;
        boolean otherMode = gpus.vfio() != vfio && !waits;
        if (!spec.version().equals(gpus.installedVersion()) || gpus.open() != open || otherMode) {
            steps.add(install(on, wanted, gpus, otherMode, GuestUse.ofGpusRunning(state)));
        } else {
            if (gpus.persistence() != persistence && gpus.loadedVersion() != null) {
                steps.add(new GpuDriverStep.SetPersistence(on, persistence));
            }
            reboot(spec, gpus, vfio, findings);
        }
        skew(spec, guestVersions, findings);
        boolean reboot = findings.stream().anyMatch(each -> each.type().equals(Conditions.REBOOT_REQUIRED));
        return new Assessment<>(
                new Plan(steps), facts(gpus, guestVersions), findings, reboot ? Duration.ofSeconds(30) : null);
    }

    private static void checkCards(Resource<?, ?> resource, HostState state) {
        if (state.node().pciGpus().isEmpty() && state.gpus().devices().isEmpty()) {
            throw new ReconcileException(
                    "NoGraphicsCard",
                    resource.key()
                            + ": the host has no graphics card on its PCI bus; put one in, or delete this resource",
                    true,
                    null);
        }
    }

    /** A card is either shared by containers or owned by a machine; whoever uses it the other way would be broken. */
    private static void checkMode(Resource<?, ?> resource, boolean vfio, HostState state) {
        if (vfio == state.gpus().vfio()) {
            return;
        }
        List<String> users = vfio ? GuestUse.ofGpusShared(state) : GuestUse.ofGpusOwned(state);
        if (!users.isEmpty()) {
            throw new ReconcileException(
                    "CardsInUse",
                    resource.key() + ": spec.mode: " + Words.list(users)
                            + (vfio
                                    ? " share the cards and would lose them to virtual machines"
                                    : " own cards and would lose them to containers")
                            + "; take the cards out of those guests first, or put spec.mode back",
                    true,
                    null);
        }
    }

    private static Step install(
            Place on, Gpus.DriverConfig wanted, Gpus.Observed gpus, boolean otherMode, List<String> users) {
        List<String> changes = new ArrayList<>();
        String field = "spec.version";
        if (gpus.installedVersion() != null && gpus.open() != wanted.open()) {
            changes.add("the " + (wanted.open() ? "open" : "proprietary") + " kernel module");
            field = wanted.version().equals(gpus.installedVersion()) ? "spec.kernelModule" : field;
        }
        if (otherMode) {
            changes.add("the cards bound to " + (wanted.vfio() ? "vfio-pci for virtual machines" : "the driver"));
            field = wanted.version().equals(gpus.installedVersion()) ? "spec.mode" : field;
        }
        boolean loaded = gpus.loadedVersion() != null || gpus.vfio();
        Effect effect = loaded && !users.isEmpty() ? Effect.REBOOT : Effect.ONLINE;
        return new GpuDriverStep.Install(on, field, wanted, gpus.installedVersion(), changes, users, effect);
    }

    private static void reboot(GpuDriverSpec spec, Gpus.Observed gpus, boolean vfio, List<Finding> findings) {
        String loaded = gpus.loadedVersion();
        String why = null;
        if (vfio != gpus.vfio()) {
            why = "the cards are to be bound to " + (vfio ? "vfio-pci" : "the driver");
        } else if (!vfio && !spec.version().equals(loaded)) {
            why = "driver " + spec.version() + " is installed and " + (loaded == null ? "none" : loaded) + " is loaded";
        }
        if (why != null) {
            findings.add(new Finding(
                    Conditions.REBOOT_REQUIRED,
                    true,
                    "DriverNotLoaded",
                    why + "; reboot the host, or set spec.rebootPolicy of its Hypervisor to WhenRequired",
                    true));
        }
    }

    /** A guest whose copy of the driver is another one cannot use the cards. */
    private static void skew(GpuDriverSpec spec, Map<String, String> guestVersions, List<Finding> findings) {
        List<String> others = new ArrayList<>();
        new TreeMap<>(guestVersions).forEach((guest, version) -> {
            if (!version.equals(spec.version())) {
                others.add(guest + " has " + version);
            }
        });
        if (!others.isEmpty()) {
            findings.add(new Finding(
                    Conditions.DEGRADED,
                    true,
                    "VersionSkew",
                    "guests have another driver than " + spec.version() + " of the host: " + Words.list(others)
                            + "; give their feature that version",
                    false));
        }
    }

    private static GpuDriverFacts facts(Gpus.Observed gpus, Map<String, String> guestVersions) {
        List<GpuDriverFacts.Device> devices = gpus.devices().stream()
                .map(device -> new GpuDriverFacts.Device(
                        device.index(), device.uuid(), device.model(), device.memory(), device.pci()))
                .toList();
        return new GpuDriverFacts(gpus.loadedVersion(), devices, new TreeMap<>(guestVersions));
    }

    /** What has to be done until the resource may go away. */
    public static Plan deletion(Place on, Resource<GpuDriverSpec, GpuDriverFacts> resource, HostState state) {
        String installed = state.gpus().installedVersion();
        if (installed == null || resource.spec().deletionPolicy() != DeletionPolicy.DELETE) {
            return Plan.empty();
        }
        List<String> users = new ArrayList<>(GuestUse.ofGpusShared(state));
        users.addAll(GuestUse.ofGpusOwned(state));
        if (!users.isEmpty()) {
            throw new ReconcileException(
                    "CardsInUse",
                    resource.key() + ": spec.deletionPolicy: " + Words.list(users)
                            + " use the cards; take the cards out of those guests first, or set spec.deletionPolicy to Retain",
                    true,
                    null);
        }
        return Plan.of(new GpuDriverStep.Remove(on, installed));
    }
}
