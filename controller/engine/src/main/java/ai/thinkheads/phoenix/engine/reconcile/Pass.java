package ai.thinkheads.phoenix.engine.reconcile;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.progress.Activity;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.store.StoreException;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one resource, from the stored resource to the stored status: paused? deleting? gate, assess, consent, intent,
 * steps, read back. Whoever calls sees to it that there is one pass over a resource at a time.
 */
final class Pass<S extends Spec, F extends Facts> {

    private static final Logger LOG = LogManager.getLogger(Pass.class);
    /** A plan comes in stages when one step decides on the next; more stages than this are a loop. */
    private static final int MOST_STAGES = 24;

    private final Engine.Parts parts;
    private final Reconciler<S, F> reconciler;
    private final boolean recheck;
    /** As it was when the pass began. */
    private final Resource<S, F> found;

    private Resource<S, F> resource;

    /**
     * @param recheck whether nothing but time has asked for this pass, so that a difference is a drift
     */
    Pass(Engine.Parts parts, Reconciler<S, F> reconciler, Resource<S, F> resource, boolean recheck) {
        this.parts = parts;
        this.reconciler = reconciler;
        this.found = resource;
        this.resource = resource;
        this.recheck = recheck;
    }

    Outcome run() {
        try {
            if (isPaused(resource)) {
                return pause();
            }
            return resource.isDeleting() ? delete() : reconcile();
        } catch (ReconcileException e) {
            return fail(e.reason(), e.getMessage(), e.isWorthRetrying());
        }
    }

    /** The same for a failure that nobody foresaw. */
    Outcome defect(Throwable failure) {
        LOG.atError().withThrowable(failure).log("a defect in Phoenix while working on {}", resource.key());
        return fail("InternalError", "a defect in Phoenix, please report it: " + failure, true);
    }

    static boolean isPaused(Resource<?, ?> resource) {
        return resource.annotation(Annotations.PAUSED).map("true"::equals).orElse(false);
    }

    static String onHold(Resource<?, ?> resource) {
        return "reconciliation is on hold; to go on: phoenixctl annotate " + resource.key() + " " + Annotations.PAUSED
                + "-";
    }

    private Outcome pause() {
        boolean looked = resource.status().observedGeneration() == resource.generation();
        Finding ready = resource.status()
                .condition(Conditions.READY)
                .filter(c -> looked)
                .map(c -> new Finding(
                        Conditions.READY,
                        "True".equals(c.getStatus()),
                        c.getReason(),
                        c.getMessage() == null ? "" : c.getMessage(),
                        false))
                .orElse(new Finding(Conditions.READY, false, "Paused", "nothing was looked at yet", true));
        String message = onHold(resource);
        Finding paused = new Finding(Conditions.PAUSED, true, "Paused", message, false);
        if (!write(ready, List.of(), List.of(paused), null)) {
            return new Outcome.Superseded();
        }
        return new Outcome.Settled(ready.status(), message, null);
    }

    private Outcome reconcile() {
        Gate gate = Gate.of(resource, parts.graph(), parts.resources());
        if (!gate.isOpen()) {
            Finding waits = new Finding(Conditions.READY, false, "WaitingForDependency", gate.message(), true);
            // What is settled stays as it is while something that it stands on is being changed, for as long as it
            // matches.
            if (!(resource.has(Conditions.READY) && stillMatches()) && !write(waits, List.of(), List.of(), null)) {
                return new Outcome.Superseded();
            }
            return new Outcome.Waiting(gate.on(), gate.message());
        }
        Assessment<F> assessment = reconciler.assess(resource, parts.resources());
        boolean drifted =
                recheck && resource.has(Conditions.READY) && !assessment.plan().isEmpty();
        String fields = assessment.plan().steps().stream()
                .map(Step::field)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        if (drifted) {
            parts.events().warning(resource, "DriftDetected", "something else changed " + fields);
        }
        Stages stages = new Stages(assessment, reconciler::assess);
        Outcome early = stages.run();
        if (early != null) {
            return early;
        }
        Consent last = Consent.of(resource, stages.assessment.plan());
        List<Finding> findings = new ArrayList<>(stages.assessment.findings());
        if (drifted && !last.refused().isEmpty()) {
            findings.add(
                    new Finding(Conditions.DRIFTED, true, "DriftDetected", "something else changed " + fields, false));
        }
        return settle(stages, last, findings);
    }

    /** Whether the host still matches, as far as can be told. */
    private boolean stillMatches() {
        try {
            Assessment<F> assessment = reconciler.assess(resource, parts.resources());
            return assessment.plan().isEmpty() && assessment.findings().stream().noneMatch(Finding::blocksReady);
        } catch (ReconcileException e) {
            return true;
        }
    }

    private Outcome settle(Stages stages, Consent last, List<Finding> findings) {
        Finding ready = findings.stream()
                .filter(Finding::blocksReady)
                .findFirst()
                .map(f -> new Finding(Conditions.READY, false, f.reason(), f.message(), true))
                .orElse(new Finding(Conditions.READY, true, "Matches", "the host was read back and matches", false));
        if (!last.refused().isEmpty()) {
            ready = new Finding(Conditions.READY, false, "ConsentRequired", last.message(resource), true);
        }
        // First, so that what a kind itself finds about it stands.
        findings.addFirst(new Finding(
                Conditions.SYNCED,
                last.refused().isEmpty(),
                last.refused().isEmpty() ? "Done" : "ConsentRequired",
                last.refused().isEmpty() ? "" : last.message(resource),
                false));
        boolean becomesReady = ready.status() && !resource.has(Conditions.READY);
        boolean refusedNow = !ready.status()
                && !resource.status()
                        .condition(Conditions.READY)
                        .map(c -> ready(c.getReason(), c.getMessage()))
                        .orElse("")
                        .equals(ready(ready.reason(), ready.message()));
        if (!write(ready, stages.planned, findings, stages.assessment.facts())) {
            return new Outcome.Superseded();
        }
        tellDegraded(findings);
        if (becomesReady) {
            parts.events().normal(resource, "Ready", "the host was read back and matches");
        } else if (refusedNow) {
            parts.events().warning(resource, ready.reason(), ready.message());
        }
        return new Outcome.Settled(
                ready.status(), ready.status() ? "" : ready.message(), stages.assessment.recheckAfter());
    }

    /** What works worse than it should may stay Ready: the event is what tells somebody, and that it is over. */
    private void tellDegraded(List<Finding> findings) {
        String was = found.status()
                .condition(Conditions.DEGRADED)
                .filter(c -> "True".equals(c.getStatus()))
                .map(c -> ready(c.getReason(), c.getMessage()))
                .orElse("");
        Finding now = findings.stream()
                .filter(f -> f.type().equals(Conditions.DEGRADED) && f.status())
                .findFirst()
                .orElse(null);
        if (now == null) {
            if (!was.isEmpty()) {
                parts.events().normal(resource, "Recovered", "no longer: " + was);
            }
        } else if (!now.blocksReady() && !was.equals(ready(now.reason(), now.message()))) {
            parts.events().warning(resource, now.reason(), now.message());
        }
    }

    private static String ready(@Nullable String reason, @Nullable String message) {
        return reason + ": " + message;
    }

    private Outcome delete() {
        List<ResourceKey> users = parts.graph().dependents(resource.key()).stream()
                .filter(key -> parts.store().get(key).isPresent())
                .toList();
        if (!users.isEmpty()) {
            String message =
                    "is in use by " + users.stream().map(ResourceKey::toString).collect(Collectors.joining(", "))
                            + "; it goes once they are gone";
            Finding inUse = new Finding(Conditions.READY, false, "InUse", message, true);
            if (!write(inUse, List.of(), List.of(), null)) {
                return new Outcome.Superseded();
            }
            return new Outcome.Waiting(users, message);
        }
        Stages stages = new Stages(reconciler.assessDeletion(resource, parts.resources()), reconciler::assessDeletion);
        Outcome early = stages.run();
        if (early != null) {
            return early;
        }
        Consent last = Consent.of(resource, stages.assessment.plan());
        if (!last.refused().isEmpty()) {
            Finding refused = new Finding(Conditions.READY, false, "ConsentRequired", last.message(resource), true);
            if (!write(refused, stages.planned, List.of(), null)) {
                return new Outcome.Superseded();
            }
            return new Outcome.Settled(false, last.message(resource), null);
        }
        ObjectMeta metadata = resource.metadata().toBuilder()
                .removeFromFinalizers(Annotations.FINALIZER)
                .build();
        try {
            parts.store().replace(resource.withMetadata(metadata));
        } catch (StoreException.Conflict | StoreException.NotFound e) {
            return new Outcome.Superseded();
        }
        LOG.atInfo().log("{} is gone", resource.key());
        return new Outcome.Gone();
    }

    /** Steps, read back, and again, until nothing is left that may be done. */
    private final class Stages {
        private final java.util.function.BiFunction<Resource<S, F>, Resources, Assessment<F>> assess;
        private final List<PlannedStep> planned = new ArrayList<>();
        private Assessment<F> assessment;

        Stages(Assessment<F> first, java.util.function.BiFunction<Resource<S, F>, Resources, Assessment<F>> assess) {
            this.assessment = first;
            this.assess = assess;
        }

        /** Answers an outcome when the pass ends here; null when everything that may be done is done. */
        @Nullable
        Outcome run() {
            List<PlannedStep> before = List.of();
            for (int stage = 0; stage < MOST_STAGES; stage++) {
                List<Step> steps = Consent.of(resource, assessment.plan()).allowed();
                List<PlannedStep> now = assessment.plan().planned();
                if (stage == 0) {
                    planned.addAll(now);
                }
                if (steps.isEmpty()) {
                    return null;
                }
                if (now.equals(before)) {
                    throw new ReconcileException(
                            "HostDoesNotMatch",
                            "the host took the change and shows another value: "
                                    + steps.getFirst().field() + ": "
                                    + steps.getFirst().action(),
                            true,
                            null);
                }
                before = now;
                if (stage > 0) {
                    now.stream().filter(each -> !planned.contains(each)).forEach(planned::add);
                }
                Outcome early = execute(steps);
                if (early != null) {
                    return early;
                }
                assessment = assess.apply(resource, parts.resources());
            }
            throw new ReconcileException(
                    "HostDoesNotMatch",
                    "the host did not come to match after " + MOST_STAGES + " rounds of changes",
                    true,
                    null);
        }

        private @Nullable Outcome execute(List<Step> steps) {
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                List<Step.Lock> locks = parts.locksOf(step, resource);
                if (!parts.hold(resource.key(), locks)) {
                    return new Outcome.Contended(parts.locks().blocking(resource.key(), locks));
                }
                if (i == 0 && !intend(step)) {
                    return new Outcome.Superseded();
                }
                parts.progress().enter(resource.key(), Activity.State.RUNNING, step.action(), List.of());
                reconciler.execute(step, resource, parts.resources());
                parts.stepDone(resource.key());
                LOG.atInfo().log("{}", step.action());
                parts.events().normal(resource, camelCase(step.operation()), step.action());
                for (String warning : reconciler.warnings(resource, parts.resources())) {
                    LOG.atWarn().log("{}: the host warns: {}", step.action(), warning);
                    parts.events().warning(resource, "HostWarning", step.action() + ": " + warning);
                }
                if (isSuperseded()) {
                    return new Outcome.Superseded();
                }
            }
            return null;
        }

        /** Makes durable what is about to be done. */
        private boolean intend(Step first) {
            if (resource.isDeleting()) {
                return true;
            }
            F facts = reconciler.intend(resource, assessment, parts.resources());
            return write(
                    new Finding(Conditions.READY, false, "Progressing", first.action(), true),
                    planned,
                    List.of(),
                    facts);
        }
    }

    private boolean isSuperseded() {
        return parts.store()
                .get(resource.key())
                .map(now -> now.generation() != resource.generation())
                .orElse(true);
    }

    private Outcome fail(String reason, String message, boolean worthRetrying) {
        reconciler.distrust(resource);
        boolean said = resource.status()
                .condition(Conditions.READY)
                .map(c -> reason.equals(c.getReason()) && message.equals(c.getMessage()))
                .orElse(false);
        boolean written = write(
                new Finding(Conditions.READY, false, reason, message, true),
                List.of(),
                List.of(new Finding(Conditions.SYNCED, false, reason, message, false)),
                null);
        if (!written) {
            return new Outcome.Superseded();
        }
        if (!said) {
            LOG.atWarn().log("{}: {}", reason, message);
        }
        parts.events().warning(resource, reason, message);
        return worthRetrying ? new Outcome.RetryAfter(message) : new Outcome.Failed(message);
    }

    /** Answers false when the resource was changed meanwhile, so that this pass is outdated. */
    private boolean write(Finding ready, List<PlannedStep> plan, List<Finding> findings, @Nullable F facts) {
        try {
            resource = parts.store()
                    .replaceStatus(resource.withStatus(
                            StatusWriter.next(resource, parts.clock().instant(), ready, plan, findings, facts)));
            return true;
        } catch (StoreException.Conflict | StoreException.NotFound e) {
            return false;
        }
    }

    /** {@code create-container} becomes {@code CreateContainer}. */
    static String camelCase(String operation) {
        StringBuilder word = new StringBuilder();
        for (String part : operation.split("-")) {
            word.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
        }
        return word.toString();
    }
}
