package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.v1alpha1.HealthCheck;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import ai.thinkheads.phoenix.api.v1alpha1.Snapshot;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Plans what a guest runs: snapshots, start and shutdown, and the features inside. A guest that should not run is started for as
 * long as its features are installed, and a guest that is to be a template becomes one after that.
 */
final class InsidePlanner<C extends GuestConfig, D> {

    /** Ends the description of a snapshot that Phoenix took, so that it is known whose it is wherever the host is looked at. */
    static final String TAKEN = "[taken by Phoenix]";

    void plan(Course<C, D> course, Base<C> base) {
        snapshots(course, base, Snapshot.When.CREATED);
        if (base.template()) {
            return;
        }
        Power power = power(course, base);
        snapshots(course, base, Snapshot.When.PROVISIONED);
        if (power == Power.RUNNING && isFrozenByWish(course)) {
            freeze(course, base);
        }
        boolean runs = power != Power.STOPPED;
        boolean stop = course.wish.template() || course.wish.policy() == RunPolicy.STOPPED;
        if (runs && stop && mayConvert(course, base)) {
            course.add(new GuestStep.Shutdown<>(
                    course.words(
                            course.wish.template() ? "spec.isTemplate" : "spec.runPolicy",
                            "shut down " + course.guest(),
                            base.running() ? Effect.RESTART : Effect.ONLINE),
                    course.wish.patience()));
        }
        if (course.wish.template()) {
            convert(course, base);
        }
        forgottenSnapshots(course, base);
    }

    /** Why a template would have to be made anew: nothing can be installed in it. */
    List<GuestPlanner.Reason> impossibleInTemplate(GuestWish<C, D> wish, Base<C> base) {
        List<GuestPlanner.Reason> reasons = new ArrayList<>();
        for (FeatureWish each : missing(wish, base)) {
            reasons.add(new GuestPlanner.Reason(
                    each.field(),
                    "feature " + each.name() + " " + each.version() + " cannot be installed in a template"));
        }
        return reasons;
    }

    private enum Power {
        STOPPED,
        FROZEN,
        RUNNING
    }

    private static boolean isFrozenByWish(Course<?, ?> course) {
        return !course.wish.template() && course.wish.policy() == RunPolicy.FROZEN;
    }

    /** Work inside comes first: nothing can be done in a frozen guest. */
    private void freeze(Course<C, D> course, Base<C> base) {
        if (course.shape.kind() == GuestKind.CONTAINER
                && course.sight.capabilities().freezesContainers()) {
            course.add(new GuestStep.Freeze<>(course.words(
                    "spec.runPolicy", "freeze " + course.guest(), base.running() ? Effect.RESTART : Effect.ONLINE)));
        } else {
            course.refuse(
                    "spec.runPolicy",
                    "CannotFreeze",
                    "Hypervisor/" + course.wish.hypervisor() + " freezes no "
                            + course.shape.kind().word() + "s; it runs on. Say Running, or Stopped");
        }
    }

    /** Plans starts, restarts and the work inside. In which state the guest is after that. */
    private Power power(Course<C, D> course, Base<C> base) {
        GuestWish<C, D> wish = course.wish;
        List<FeatureWish> missing = missing(wish, base);
        List<FeatureWish> removed = removed(wish, base);
        boolean verify = verify(course, base);
        List<GuestStep<C, D>> owners = owners(course, base);
        boolean work = !missing.isEmpty() || !removed.isEmpty() || !owners.isEmpty() || verify;
        boolean mayStart = wish.template() || wish.policy() != RunPolicy.MANUAL;
        boolean wantsToRun = !wish.template() && (wish.policy() == RunPolicy.RUNNING || isFrozenByWish(course));
        Power power = !base.running() ? Power.STOPPED : base.frozen() ? Power.FROZEN : Power.RUNNING;
        if (power != Power.RUNNING && work && !mayStart) {
            course.find(
                    Conditions.DEGRADED,
                    "WaitsForStart",
                    names(missing, removed, owners.isEmpty()) + " waits until somebody "
                            + (power == Power.FROZEN ? "thaws " : "starts ") + course.guest()
                            + ", since spec.runPolicy is Manual: phoenixctl start " + wish.name(),
                    true);
            return power;
        }
        if (power == Power.STOPPED && (wantsToRun || work)) {
            course.add(new GuestStep.Start<>(course.words(
                    wantsToRun ? "spec.runPolicy" : "spec.provision",
                    "start " + course.guest()
                            + (wantsToRun
                                    ? ""
                                    : missing.isEmpty() && removed.isEmpty() && !verify
                                            ? " while the owners of its volumes are set"
                                            : " while its features are installed"),
                    Effect.ONLINE)));
            power = Power.RUNNING;
        } else if (power != Power.STOPPED && wantsRestart(course, base)) {
            restart(course);
            power = Power.RUNNING;
        } else if (power == Power.FROZEN && (work || wish.template() || wish.policy() == RunPolicy.RUNNING)) {
            course.add(new GuestStep.Thaw<>(course.words(
                    wish.policy() == RunPolicy.RUNNING ? "spec.runPolicy" : "spec.provision",
                    "let " + course.guest() + " go on, which is frozen",
                    Effect.ONLINE)));
            power = Power.RUNNING;
        }
        owners.forEach(course::add);
        for (FeatureWish each : removed) {
            course.add(new GuestStep.RemoveFeature<>(
                    course.words("spec.provision.features", "remove feature " + each.name(), Effect.ONLINE), each));
        }
        for (FeatureWish each : missing) {
            course.add(new GuestStep.InstallFeature<>(
                    course.words(each.field(), installation(base, each), Effect.ONLINE), each));
        }
        if (verify) {
            course.add(new GuestStep.VerifyFeatures<>(
                    course.words(
                            course.sight.remedy() == HealthCheck.OnFailure.REPAIR
                                    ? "spec.healthChecks"
                                    : "metadata.annotations",
                            "check the features of " + course.guest() + " and install again what is not in place",
                            Effect.ONLINE),
                    wish.features(),
                    course.sight.remedy() == HealthCheck.OnFailure.REPAIR ? null : wish.verifiedAt()));
        }
        return power;
    }

    private void restart(Course<C, D> course) {
        boolean remedy = course.sight.remedy() == HealthCheck.OnFailure.RESTART;
        List<GuestStep.Move<C, D>> moves = course.waiting();
        List<Step.Lock> locks = new ArrayList<>();
        StringBuilder words = new StringBuilder("restart " + course.guest());
        String joint = "; before it starts, ";
        for (GuestStep.Move<C, D> each : moves) {
            words.append(joint).append(each.action());
            joint = "; ";
            locks.addAll(each.locks());
        }
        GuestStep.Words said =
                course.words(remedy ? "spec.healthChecks" : "metadata.annotations", words.toString(), Effect.RESTART);
        locks.addAll(said.locks());
        course.add(new GuestStep.Restart<>(
                new GuestStep.Words(
                        said.field(),
                        said.action(),
                        said.effect(),
                        null,
                        locks.stream().distinct().toList()),
                course.wish.patience(),
                remedy ? null : course.wish.restartedAt(),
                moves));
    }

    private boolean wantsRestart(Course<C, D> course, Base<C> base) {
        if (course.sight.remedy() == HealthCheck.OnFailure.RESTART) {
            return true;
        }
        Instant asked = course.wish.restartedAt();
        if (asked == null || course.wish.policy() == RunPolicy.STOPPED || course.wish.template()) {
            return false;
        }
        Instant started = base.startedAt();
        boolean startedSince = started != null && !started.isBefore(asked);
        boolean fulfilled = MarkFacts.instant(base.mark(), MarkFacts.RESTARTED)
                .map(last -> !last.isBefore(asked))
                .orElse(false);
        return !startedSince && !fulfilled;
    }

    private boolean verify(Course<C, D> course, Base<C> base) {
        if (course.wish.features().isEmpty() || base.fresh()) {
            return false;
        }
        if (course.sight.remedy() == HealthCheck.OnFailure.REPAIR) {
            return true;
        }
        Instant asked = course.wish.verifiedAt();
        return asked != null
                && base.mark() != null
                && MarkFacts.instant(base.mark(), MarkFacts.VERIFIED)
                        .map(last -> last.isBefore(asked))
                        .orElse(true);
    }

    /** Volumes whose owner is not known to be as wished for. */
    private List<GuestStep<C, D>> owners(Course<C, D> course, Base<C> base) {
        Map<String, String> facts = MarkFacts.starting(base.mark(), MarkFacts.MOUNT);
        Map<String, Attached<D>> there = AttachmentPlanner.match(
                course.shape, course.wish.attachments(), course.shape.attached(base.config()), facts);
        boolean keepsRunning = base.running() && !wantsRestart(course, base);
        List<GuestStep<C, D>> steps = new ArrayList<>();
        for (Attachment<D> each : course.wish.attachments()) {
            String path = course.shape.mountedAt(each);
            if (path != null
                    && each.isVolume()
                    && !MarkFacts.isOwned(each, facts.get(each.name()))
                    && !(keepsRunning && waits(course, base, there, each.name()))) {
                steps.add(new GuestStep.OwnInside<>(
                        course.words(each.field() + ".owner", "give " + path + " to " + each.owner(), Effect.ONLINE),
                        each,
                        path,
                        String.valueOf(each.owner())));
            }
        }
        return steps;
    }

    /**
     * Whether a running guest sees that volume after its next restart only, so that something else, or nothing, is at its path. Of
     * one that is to be attached first this is not known while anything is in force that goes, or that has gone.
     */
    private boolean waits(Course<C, D> course, Base<C> base, Map<String, Attached<D>> there, String name) {
        List<String> inForce = course.shape.attached(base.effective()).stream()
                .map(Attached::reference)
                .toList();
        Attached<D> has = there.get(name);
        return has == null
                ? !there.values().stream().map(Attached::reference).toList().containsAll(inForce)
                : !inForce.contains(has.reference());
    }

    private static String names(List<FeatureWish> missing, List<FeatureWish> removed, boolean owned) {
        List<String> names = new ArrayList<>();
        missing.forEach(each -> names.add("the installation of " + each.name()));
        removed.forEach(each -> names.add("the removal of " + each.name()));
        if (!owned) {
            names.add("the owner of its volumes");
        }
        return names.isEmpty() ? "the check of the features" : String.join(", ", names);
    }

    private String installation(Base<C> base, FeatureWish feature) {
        String has = base.mark() == null ? null : base.mark().facts().get(FeatureWish.FACT + feature.name());
        if (has == null) {
            return "install feature " + feature.name() + " " + feature.version();
        }
        String version = FeatureWish.versionOf(has);
        return version.equals(feature.version())
                ? "install feature " + feature.name() + " " + version
                        + " again, since its scripts or parameters changed"
                : "bring feature " + feature.name() + " from " + version + " to " + feature.version();
    }

    private List<FeatureWish> missing(GuestWish<C, D> wish, Base<C> base) {
        Map<String, String> has = MarkFacts.starting(base.mark(), FeatureWish.FACT);
        return wish.features().stream()
                .filter(each -> !each.isInPlace(has.get(each.name())))
                .toList();
    }

    /** What was installed here, has left the manifest and can be taken away; the last installed goes first. */
    private List<FeatureWish> removed(GuestWish<C, D> wish, Base<C> base) {
        Map<String, String> inherited = MarkFacts.starting(base.mark(), FeatureWish.INHERITED);
        List<FeatureWish> removed = new ArrayList<>();
        for (String name : MarkFacts.starting(base.mark(), FeatureWish.FACT).keySet()) {
            FeatureWish former = wish.formerFeatures().get(name);
            boolean wanted =
                    wish.features().stream().anyMatch(each -> each.name().equals(name));
            if (!wanted
                    && !inherited.containsKey(name)
                    && former != null
                    && former.spec().remove() != null) {
                removed.addFirst(former);
            }
        }
        return removed;
    }

    /** A directory of the host that the running guest has and will not have after its next start; null for none. */
    private @Nullable String mountedUntilRestart(Course<C, D> course) {
        Guests.Observed<C> guest = course.sight.guest();
        return guest == null || !guest.running()
                ? null
                : course.shape.attached(guest.effective()).stream()
                        .filter(each -> each.storage() == null)
                        .map(Attached::content)
                        .findFirst()
                        .orElse(null);
    }

    private void snapshots(Course<C, D> course, Base<C> base, Snapshot.When moment) {
        List<Snapshot> wanted = course.wish.snapshots();
        for (int i = 0; i < wanted.size(); i++) {
            Snapshot each = wanted.get(i);
            Snapshot.When when = Objects.requireNonNullElse(each.when(), Snapshot.When.PROVISIONED);
            boolean there = base.snapshots().stream().anyMatch(has -> has.name().equals(each.name()));
            if (when != moment || there) {
                continue;
            }
            String directory = course.wish.attachments().stream()
                    .filter(mount -> !mount.isVolume())
                    .map(Attachment::name)
                    .findFirst()
                    .orElse(null);
            if (directory != null) {
                course.refuse(
                        "spec.snapshots[" + i + "]",
                        "CannotSnapshot",
                        "no snapshot can be taken of a guest that has a directory of the host mounted, as " + directory
                                + " is; take the snapshot or the mount out of the manifest");
                continue;
            }
            String mounted = mountedUntilRestart(course);
            if (mounted != null) {
                course.refuse(
                        "spec.snapshots[" + i + "]",
                        "CannotSnapshot",
                        "no snapshot can be taken while " + mounted
                                + " of the host is mounted, which it is until the guest starts next; restart it: phoenixctl restart "
                                + course.wish.name());
                continue;
            }
            boolean late = when == Snapshot.When.CREATED && !base.fresh() && isProvisioned(base);
            String description =
                    Objects.requireNonNullElse(each.description(), "").strip();
            course.add(new GuestStep.TakeSnapshot<>(
                    course.words(
                            "spec.snapshots[" + i + "]",
                            "take snapshot " + each.name()
                                    + (late ? ", later than asked for, since the features are in place already" : ""),
                            Effect.ONLINE),
                    each.name(),
                    description.isEmpty() ? TAKEN : description + " " + TAKEN));
        }
    }

    private boolean isProvisioned(Base<C> base) {
        return !MarkFacts.starting(base.mark(), FeatureWish.FACT).isEmpty();
    }

    private void forgottenSnapshots(Course<C, D> course, Base<C> base) {
        for (Guests.Snapshot each : base.snapshots()) {
            boolean wanted = course.wish.snapshots().stream()
                    .anyMatch(wish -> wish.name().equals(each.name()));
            if (wanted || !each.description().contains(TAKEN)) {
                continue;
            }
            String consent = course.consent("delete-snapshot", each.name());
            if (course.agreed(consent)) {
                course.add(new GuestStep.DeleteSnapshot<>(
                        course.words(
                                "spec.snapshots",
                                "delete snapshot " + each.name(),
                                Effect.DESTROYS_DATA,
                                consent,
                                null),
                        each.name()));
            } else {
                course.find(
                        Conditions.DRIFTED,
                        "SnapshotKept",
                        "snapshot " + each.name()
                                + " has left the manifest and is kept until its deletion is agreed to (consent: "
                                + consent + ")",
                        false);
            }
        }
    }

    /** A guest that was made to be a template becomes one; any other only with consent, since there is no way back. */
    private boolean mayConvert(Course<C, D> course, Base<C> base) {
        return !course.wish.template() || isMeantAsTemplate(base) || course.agreed(conversion(course));
    }

    private void convert(Course<C, D> course, Base<C> base) {
        course.add(new GuestStep.MakeTemplate<>(course.words(
                "spec.isTemplate",
                "make " + course.guest() + " a template, for good",
                isMeantAsTemplate(base) ? Effect.ONLINE : Effect.REPLACE,
                isMeantAsTemplate(base) ? null : conversion(course),
                null)));
    }

    private boolean isMeantAsTemplate(Base<C> base) {
        return base.mark() != null && base.mark().fact(MarkFacts.TEMPLATE).isPresent();
    }

    private String conversion(Course<C, D> course) {
        return "make-template/" + course.wish.name();
    }
}
