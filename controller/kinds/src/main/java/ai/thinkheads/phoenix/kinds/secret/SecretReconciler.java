package ai.thinkheads.phoenix.kinds.secret;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.SecretFacts;
import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Drives Secrets, which live in the controller only. */
public final class SecretReconciler implements Reconciler<SecretSpec, SecretFacts> {

    private static final int LENGTH = 32;

    private final Vault vault;
    private final SecretSources sources;

    @Inject
    SecretReconciler(Vault vault, SecretSources sources) {
        this.vault = vault;
        this.sources = sources;
    }

    @Override
    public Kind<SecretSpec, SecretFacts> kind() {
        return Kinds.SECRET;
    }

    @Override
    public Assessment<SecretFacts> assess(Resource<SecretSpec, SecretFacts> resource, Resources resources) {
        Map<String, String> held = new TreeMap<>();
        vault.all(resource.name()).forEach((key, value) -> held.put(key, vault.fingerprint(value)));
        Map<String, String> offered = new TreeMap<>();
        SecretSpec spec = resource.spec();
        spec.stringData().keySet().forEach(key -> offer(resource, key, offered));
        spec.valueFrom().keySet().forEach(key -> offer(resource, key, offered));
        return SecretPlanner.assess(resource, held, offered);
    }

    private void offer(Resource<SecretSpec, SecretFacts> resource, String key, Map<String, String> into) {
        value(resource, key).ifPresent(value -> into.put(key, vault.fingerprint(value)));
    }

    /** The value that the manifest says now; empty for sealed and generated ones. */
    private Optional<String> value(Resource<SecretSpec, SecretFacts> resource, String key) {
        String literal = resource.spec().stringData().get(key);
        if (literal != null) {
            return literal.startsWith(SecretPlanner.SEALED) ? Optional.empty() : Optional.of(literal);
        }
        SecretSpec.Source source = resource.spec().valueFrom().get(key);
        if (source == null || source.generate() != null) {
            return Optional.empty();
        }
        String field = resource.key() + ": spec.valueFrom." + key;
        String file = source.file();
        if (file != null) {
            try {
                return Optional.of(sources.file(file));
            } catch (IOException e) {
                throw new ReconcileException(
                        "SourceUnreadable",
                        field + ".file: " + file + " cannot be read: " + e.getMessage(),
                        true,
                        null);
            }
        }
        String variable = String.valueOf(source.environment());
        return Optional.of(sources.environment(variable)
                .orElseThrow(() -> new ReconcileException(
                        "SourceUnreadable",
                        field + ".environment: the controller has no environment variable " + variable
                                + "; set it and start the controller again",
                        true,
                        null)));
    }

    @Override
    public Assessment<SecretFacts> assessDeletion(Resource<SecretSpec, SecretFacts> resource, Resources resources) {
        List<Step> steps = vault.all(resource.name()).keySet().stream()
                .sorted()
                .<Step>map(SecretStep.Forget::new)
                .toList();
        return Assessment.of(new Plan(steps), new SecretFacts(List.of()));
    }

    @Override
    public void execute(Step step, Resource<SecretSpec, SecretFacts> resource, Resources resources) {
        if (!(step instanceof SecretStep secretStep)) {
            throw new IllegalArgumentException("not a step of a secret: " + step);
        }
        Map<String, String> values = new TreeMap<>(vault.all(resource.name()));
        switch (secretStep) {
            case SecretStep.Seal seal -> values.put(seal.key(), fresh(resource, seal.key(), values));
            case SecretStep.Forget forget -> values.remove(forget.key());
        }
        if (values.isEmpty()) {
            vault.remove(resource.name());
        } else {
            vault.put(resource.name(), values);
        }
    }

    private String fresh(Resource<SecretSpec, SecretFacts> resource, String key, Map<String, String> held) {
        SecretSpec.Source source = resource.spec().valueFrom().get(key);
        SecretSpec.Generate generate = source == null ? null : source.generate();
        if (generate == null) {
            return value(resource, key)
                    .orElseThrow(() -> new IllegalStateException("nothing offers a value for " + key));
        }
        String made = held.get(key);
        if (made != null) {
            return made;
        }
        Integer length = generate.length();
        SecretSpec.Generate.Alphabet alphabet = generate.alphabet();
        return sources.generate(
                length == null ? LENGTH : length,
                alphabet == null ? SecretSpec.Generate.Alphabet.ALPHANUMERIC : alphabet);
    }

    @Override
    public void distrust(Resource<SecretSpec, SecretFacts> resource) {
        // Sources are read anew by every assessment.
    }
}
