package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureFacts;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureSpec;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureUse;
import ai.thinkheads.phoenix.api.v1alpha1.Provision;
import ai.thinkheads.phoenix.api.v1alpha1.SecretRef;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a guest's features in order: each after those that it requires, which are taken along when they are neither listed nor
 * came with the clone. A Feature resource that does not exist is left out; the reference to it keeps the guest waiting.
 */
public final class FeatureChain {

    private final ResourceKey guest;
    private final @Nullable GuestKind kind;
    private final Resources resources;
    private final Vault vault;
    private final Set<String> inherited;
    private final Map<String, Use> uses = new LinkedHashMap<>();
    private final Map<String, FeatureWish> done = new LinkedHashMap<>();
    private final Set<String> open = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    private FeatureChain(
            ResourceKey guest, @Nullable GuestKind kind, Resources resources, Vault vault, Set<String> inherited) {
        this.guest = guest;
        this.kind = kind;
        this.resources = resources;
        this.vault = vault;
        this.inherited = inherited;
    }

    /**
     * The features to install, in order.
     *
     * @param inherited the names of those that come with the clone
     * @throws ReconcileException when requirements form a cycle or parameters are wrong
     */
    static List<FeatureWish> resolve(
            ResourceKey guest,
            GuestKind kind,
            @Nullable Provision provision,
            Set<String> inherited,
            Resources resources,
            Vault vault) {
        if (provision == null) {
            return List.of();
        }
        FeatureChain chain = new FeatureChain(guest, kind, resources, vault, inherited);
        List<FeatureUse> features = provision.features();
        for (int i = 0; i < features.size(); i++) {
            chain.uses.put(features.get(i).name(), new Use("spec.provision.features[" + i + "]", features.get(i)));
        }
        FeatureUse application = provision.application();
        if (application != null) {
            chain.uses.put(application.name(), new Use("spec.provision.application", application));
        }
        return chain.resolved();
    }

    /** The features of a host to install, in order. */
    public static List<FeatureWish> ofHost(
            ResourceKey hypervisor, List<FeatureUse> features, Resources resources, Vault vault) {
        FeatureChain chain = new FeatureChain(hypervisor, null, resources, vault, Set.of());
        for (int i = 0; i < features.size(); i++) {
            chain.uses.put(features.get(i).name(), new Use("spec.features[" + i + "]", features.get(i)));
        }
        return chain.resolved();
    }

    private List<FeatureWish> resolved() {
        List.copyOf(uses.values()).forEach(this::visit);
        if (!problems.isEmpty()) {
            throw new ReconcileException("InvalidParameters", guest + ": " + String.join("; ", problems), false, null);
        }
        return List.copyOf(done.values());
    }

    /** A feature as it would be installed without parameters, for taking it away. */
    public static FeatureWish former(Resource<FeatureSpec, FeatureFacts> feature) {
        return new FeatureWish(
                "spec.provision.features",
                feature.name(),
                feature.spec(),
                "",
                standard(feature.name(), feature.spec()),
                Map.of());
    }

    private void visit(Use use) {
        String name = use.use().name();
        if (done.containsKey(name)) {
            return;
        }
        if (!open.add(name)) {
            List<String> cycle = new ArrayList<>(open);
            cycle.add(name);
            throw new ReconcileException(
                    "RequirementCycle",
                    guest + ": " + use.field() + ": features require each other in a circle: "
                            + String.join(" -> ", cycle.subList(cycle.indexOf(name), cycle.size())),
                    false,
                    null);
        }
        Optional<Resource<FeatureSpec, FeatureFacts>> feature = resources.get(Kinds.FEATURE, name);
        if (feature.isPresent()) {
            FeatureSpec spec = feature.get().spec();
            for (String required : spec.requires()) {
                Use listed = uses.get(required);
                if (listed != null) {
                    visit(listed);
                } else if (!inherited.contains(required)) {
                    visit(new Use(use.field(), new FeatureUse(required, Map.of())));
                }
            }
            checkScope(use, spec);
            done.put(name, wish(use, spec));
        }
        open.remove(name);
    }

    private void checkScope(Use use, FeatureSpec spec) {
        FeatureSpec.Scope own = kind == null
                ? FeatureSpec.Scope.HOST
                : kind == GuestKind.CONTAINER ? FeatureSpec.Scope.CONTAINER : FeatureSpec.Scope.VIRTUAL_MACHINE;
        if (spec.scope() != own && (kind == null || spec.scope() != FeatureSpec.Scope.GUEST)) {
            problems.add(use.field() + ".name: Feature/" + use.use().name() + " is for "
                    + GuestFields.word(spec.scope()) + "s, not for " + (kind == null ? "host" : kind.word()) + "s");
        }
    }

    private FeatureWish wish(Use use, FeatureSpec spec) {
        String at = use.field() + ".parameters";
        problems.addAll(
                ParameterSchema.problems(at, spec.parameters(), use.use().parameters()));
        Map<String, Object> parameters =
                ParameterSchema.withDefaults(spec.parameters(), use.use().parameters());
        Map<String, SecretRef> secretRefs = use.use().secrets();
        Map<String, String> environment = standard(use.use().name(), spec);
        Map<String, SecretRef> secrets = new TreeMap<>();
        List<String> digested =
                new ArrayList<>(List.of(spec.check(), spec.install(), spec.remove() == null ? "" : spec.remove()));
        List<String> sealed = new ArrayList<>();
        parameters.forEach((name, value) -> {
            SecretRef ref = secretRefs.get(name);
            digested.add(name);
            if (ref != null) {
                secrets.put(variable(name), ref);
                digested.add(
                        SecretValues.find(vault, ref).map(vault::fingerprint).orElse("missing"));
            } else {
                environment.put(variable(name), text(value));
                digested.add(text(value));
            }
        });
        String digest = Digests.of(digested);
        if (!sealed.isEmpty()) {
            String key = Digests.of(List.of(vault.fingerprint("the key of this vault")));
            digest += FeatureWish.SEALED + key + FeatureWish.UNDER + Digests.of(sealed);
        }
        return new FeatureWish(use.field(), use.use().name(), spec, digest, environment, secrets);
    }

    private static Map<String, String> standard(String name, FeatureSpec spec) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PHOENIX_FEATURE", name);
        environment.put("PHOENIX_VERSION", spec.version());
        return environment;
    }

    /** The environment variable of a parameter: in capitals, with underscores for what no shell takes in a name. */
    static String variable(String parameter) {
        String name = parameter.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
        return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            default -> ResourceCodec.json().writeValueAsString(value);
        };
    }

    private record Use(String field, FeatureUse use) {}
}
