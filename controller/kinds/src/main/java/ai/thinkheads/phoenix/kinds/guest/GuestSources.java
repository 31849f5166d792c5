package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.CloneFrom;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestNetwork;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.Startup;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parts of a wish that are read from a manifest and its references in the same way for both kinds of guest. */
public final class GuestSources<S extends GuestSpec, C extends GuestConfig, D> {

    private static final int DEEPEST = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final GuestType<S, C, D> type;
    private final Vault vault;
    /** Digests of templates and images, of which there are few, by what they are of: each guest that is looked at asks for one. */
    private final Map<List<String>, String> volumeDigests = new ConcurrentHashMap<>();

    public GuestSources(GuestType<S, C, D> type, Vault vault) {
        this.type = type;
        this.vault = vault;
    }

    /** A template or an image as an origin. */
    public Origin<C> volume(String field, String name, @Nullable String volumeId, HostState state) {
        if (volumeId == null) {
            return new Origin.FromVolume<>(field, name, null, null);
        }
        Templates.Observed there = state.templates().get(volumeId);
        String sha256 = there == null || there.sha256() == null ? "" : there.sha256();
        return new Origin.FromVolume<>(
                field, name, volumeId, volumeDigests.computeIfAbsent(List.of(volumeId, sha256), Digests::of));
    }

    /** Another guest as an origin: as it is on the host, or as it will be. */
    public Origin<C> guest(CloneFrom from, Resources resources, HostState state) {
        Resource<S, GuestFacts> source = resources.get(type.kind(), from.name()).orElse(null);
        Guests.Observed<C> there = source == null ? null : onHost(source, state);
        Mark mark = there == null ? null : there.config().mark();
        String digest = null;
        if (mark != null) {
            digest = Digests.content(
                    mark.fact(MarkFacts.MADE_FROM).orElse(""), MarkFacts.starting(mark, FeatureWish.FACT));
        }
        return new Origin.FromGuest<>(
                "spec.cloneFrom",
                from.name(),
                from.mode(),
                from.snapshot(),
                there,
                digest,
                source == null ? Map.of() : inherited(source, resources, state, 0));
    }

    /** The facts about features that a clone of that guest starts with. */
    private Map<String, String> inherited(
            Resource<S, GuestFacts> source, Resources resources, HostState state, int depth) {
        Guests.Observed<C> there = onHost(source, state);
        Map<String, String> stamps = new TreeMap<>();
        Map<String, String> from = new TreeMap<>();
        if (there != null && there.config().mark() != null) {
            stamps.putAll(MarkFacts.starting(there.config().mark(), FeatureWish.FACT));
            from.putAll(MarkFacts.starting(there.config().mark(), FeatureWish.INHERITED));
        } else if (depth < DEEPEST) {
            S spec = type.effective(source, resources);
            CloneFrom further = spec.cloneFrom();
            Optional<Resource<S, GuestFacts>> next =
                    further == null ? Optional.empty() : resources.get(type.kind(), further.name());
            next.map(each -> inherited(each, resources, state, depth + 1))
                    .ifPresent(facts -> facts.forEach((name, value) -> {
                        if (name.startsWith(FeatureWish.FACT)) {
                            stamps.put(name.substring(FeatureWish.FACT.length()), value);
                        } else {
                            from.put(name.substring(FeatureWish.INHERITED.length()), value);
                        }
                    }));
            for (FeatureWish each : featuresOf(source, spec, stamps.keySet(), resources)) {
                stamps.put(each.name(), each.stamp());
                from.remove(each.name());
            }
        }
        Map<String, String> facts = new HashMap<>();
        stamps.forEach((name, stamp) -> {
            facts.put(FeatureWish.FACT + name, stamp);
            facts.put(
                    FeatureWish.INHERITED + name,
                    from.getOrDefault(name, source.key().toString()));
        });
        return facts;
    }

    /** What is wrong with a source's own features is its own trouble, not that of its clones. */
    private List<FeatureWish> featuresOf(
            Resource<S, GuestFacts> source, S spec, Set<String> inherited, Resources resources) {
        try {
            return FeatureChain.resolve(
                    source.key(), type.shape().kind(), spec.provision(), inherited, resources, vault);
        } catch (ReconcileException e) {
            return List.of();
        }
    }

    private Guests.@Nullable Observed<C> onHost(Resource<S, GuestFacts> guest, HostState state) {
        GuestTable<C> all = type.all(state);
        GuestFacts facts = guest.facts();
        Integer vmid = facts != null && facts.vmid() != null
                ? facts.vmid()
                : guest.spec().vmid();
        return GuestIdentity.marked(guest.key().toString(), vmid, all);
    }

    /** The features to install, in order. */
    public List<FeatureWish> features(
            Resource<S, GuestFacts> guest,
            S effective,
            @Nullable Origin<C> origin,
            Resources resources,
            HostState state) {
        Set<String> there = new HashSet<>();
        if (origin instanceof Origin.FromGuest<C> source) {
            source.features().keySet().stream()
                    .filter(name -> name.startsWith(FeatureWish.FACT))
                    .forEach(name -> there.add(name.substring(FeatureWish.FACT.length())));
        }
        Guests.Observed<C> own = onHost(guest, state);
        if (own != null) {
            there.addAll(MarkFacts.starting(own.config().mark(), FeatureWish.INHERITED)
                    .keySet());
        }
        return FeatureChain.resolve(guest.key(), type.shape().kind(), effective.provision(), there, resources, vault);
    }

    /** The features on that guest that have left its manifest and whose resource still says how to take them away. */
    public Map<String, FeatureWish> formerFeatures(
            Resource<S, GuestFacts> guest, List<FeatureWish> wanted, Resources resources, HostState state) {
        Guests.Observed<C> own = onHost(guest, state);
        Map<String, FeatureWish> former = new TreeMap<>();
        if (own != null) {
            Set<String> names = wanted.stream().map(FeatureWish::name).collect(Collectors.toSet());
            for (String name :
                    MarkFacts.starting(own.config().mark(), FeatureWish.FACT).keySet()) {
                if (!names.contains(name)) {
                    resources
                            .get(Kinds.FEATURE, name)
                            .map(FeatureChain::former)
                            .ifPresent(each -> former.put(name, each));
                }
            }
        }
        return former;
    }

    /** The cards, by the names of the host's bridges. */
    public static List<Nic> nics(@Nullable GuestNetwork network, Resources resources) {
        List<Nic> nics = new ArrayList<>();
        if (network != null) {
            int place = 0;
            for (GuestNetwork.Interface each : network.interfaces()) {
                nics.add(new Nic(
                        each.nameOr(place++),
                        HostNames.bridge(each.bridge(), resources),
                        each.address(),
                        each.gateway() == null ? null : each.gateway().toString(),
                        each.mac() == null ? null : each.mac().text(),
                        each.vlan(),
                        each.mtu(),
                        Boolean.TRUE.equals(each.firewall())));
            }
        }
        return nics;
    }

    public static StartupConfig startup(@Nullable Startup startup) {
        return startup == null
                ? StartupConfig.UNSET
                : new StartupConfig(
                        startup.order(),
                        startup.upDelay() == null ? null : startup.upDelay().duration(),
                        startup.downDelay() == null ? null : startup.downDelay().duration());
    }

    /** How long a shutdown may take before the guest is stopped. */
    public static Duration patience(@Nullable Startup startup) {
        return startup == null || startup.downDelay() == null
                ? PATIENCE
                : startup.downDelay().duration();
    }

    /** An instant in an annotation; what is none counts as not there. */
    public static @Nullable Instant instant(Resource<?, ?> resource, String annotation) {
        return resource.annotation(annotation).flatMap(MarkFacts::instant).orElse(null);
    }

    /** The words that the user agrees to. */
    public static Set<String> consents(Resource<?, ?> resource) {
        Set<String> words = new HashSet<>();
        for (String word : resource.annotation(Annotations.CONSENT).orElse("").split(",")) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }
}
