package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.CloneFrom;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Plans what has to be done so that a guest is as its manifest wants it. A guest that is about to be created is planned for in
 * the same way as one that exists: first the step that makes it, then those that converge what that will have made.
 *
 * @param <C> the configuration of the guest's kind
 * @param <D> a mount point or a disk
 */
public final class GuestPlanner<C extends GuestConfig, D> {

    private static final String ROOT = "rootfs";

    private final GuestShape<C, D> shape;
    private final AttachmentPlanner<C, D> attachments = new AttachmentPlanner<>();
    private final InsidePlanner<C, D> inside = new InsidePlanner<>();

    public GuestPlanner(GuestShape<C, D> shape) {
        this.shape = shape;
    }

    /**
     * The plan for a guest that should be there.
     *
     * @throws ReconcileException when the manifest asks for something that the guest cannot be made as
     */
    public Draft plan(GuestWish<C, D> wish, Sight<C> sight) {
        Course<C, D> course = new Course<>(shape, wish, sight);
        Guests.Observed<C> guest = sight.guest();
        if (guest == null) {
            make(course);
        } else if (isHalfMade(guest)) {
            course.add(new GuestStep.CleanUp<>(
                    course.words("spec", "clean up the half-made " + course.guest(), Effect.ONLINE, null, null)));
            make(course);
        } else {
            change(course, guest);
        }
        return course.finish();
    }

    /** The plan for a guest that should go: released, or destroyed when the manifest says so. */
    public Draft planDeletion(GuestWish<C, D> wish, Sight<C> sight, boolean destroy) {
        Course<C, D> course = new Course<>(shape, wish, sight);
        Guests.Observed<C> guest = sight.guest();
        if (guest == null || guest.config().mark() == null) {
            return course.finish();
        }
        if (!destroy && !isHalfMade(guest)) {
            course.add(new GuestStep.Release<>(course.words(
                    "spec.deletionPolicy", "release " + course.guest() + ", which stays as it is", Effect.ONLINE)));
            return course.finish();
        }
        if (!sight.linkedClones().isEmpty()) {
            throw new ReconcileException(
                    "InUse",
                    wish.key() + ": " + course.guest() + " cannot be destroyed while "
                            + String.join(", ", sight.linkedClones())
                            + " shares its blocks; delete that first",
                    true,
                    null);
        }
        if (guest.running()) {
            course.add(new GuestStep.Shutdown<>(
                    course.words("spec.deletionPolicy", "shut down " + course.guest(), Effect.RESTART),
                    wish.patience()));
        }
        course.add(new GuestStep.Destroy<>(course.words(
                "spec.deletionPolicy",
                "destroy " + course.guest() + " with its volumes",
                Effect.DESTROYS_DATA,
                null,
                shape.rootStorage(guest.config()))));
        return course.finish();
    }

    /** Whether a crash left this guest in the middle of its creation: it will never be more. */
    static boolean isHalfMade(Guests.Observed<?> guest) {
        return "create".equals(guest.lock()) || "clone".equals(guest.lock());
    }

    private void change(Course<C, D> course, Guests.Observed<C> guest) {
        GuestWish<C, D> wish = course.wish;
        Mark mark = guest.config().mark();
        Base<C> base = Base.of(guest);
        if (mark == null) {
            Mark ours = adopted(wish);
            course.add(new GuestStep.Adopt<>(
                    course.words("metadata", "adopt the existing " + course.guest(), Effect.ONLINE), ours));
            base = Base.of(guest);
        }
        List<Reason> reasons = replacements(course, base);
        if (base.template()) {
            reasons.addAll(inside.impossibleInTemplate(wish, base));
        }
        GuestStep<C, D> replacement = reasons.isEmpty() ? null : replacement(course, base, reasons);
        if (replacement != null && course.agreed(String.valueOf(replacement.consent()))) {
            course.add(replacement);
            make(course);
            return;
        }
        converge(course, base);
        if (replacement != null) {
            course.add(replacement);
        }
        observe(course, guest);
    }

    /** Makes the guest, then brings what that makes to what is wished. */
    private void make(Course<C, D> course) {
        Origin<C> origin = course.wish.origin();
        if (origin == null) {
            throw new ReconcileException(
                    "OriginMissing",
                    course.wish.key() + ": spec: nothing says what " + course.guest()
                            + " is made from; name it in the manifest or in its class",
                    false,
                    null);
        }
        switch (origin) {
            case Origin.FromVolume<C> volume -> create(course, volume);
            case Origin.FromGuest<C> source -> clone(course, source);
        }
    }

    private void create(Course<C, D> course, Origin.FromVolume<C> from) {
        GuestWish<C, D> wish = course.wish;
        C config = shape.marked(shape.bare(wish.config(), wish.attachments()), initial(wish, from, Map.of()));
        String storage = shape.rootStorage(config);
        if (storage == null && !wish.attachments().isEmpty()) {
            storage = wish.attachments().getFirst().storage();
        }
        ByteSize size = shape.rootSize(config);
        course.add(new GuestStep.Create<>(
                course.words(
                        from.field(),
                        "create " + course.guest() + number(course) + " from " + from.name()
                                + (size == null ? "" : " with " + size)
                                + (storage == null ? "" : " on " + storage),
                        Effect.ONLINE,
                        null,
                        storage),
                config,
                from.volume()));
        converge(course, Base.fresh(config));
    }

    private void clone(Course<C, D> course, Origin.FromGuest<C> from) {
        GuestWish<C, D> wish = course.wish;
        Guests.Observed<C> source = from.source();
        Mark mark = initial(wish, from, from.features());
        boolean full = from.mode() == CloneFrom.Mode.FULL;
        if (source != null) {
            refuseImpossibleClone(course, from, source);
            String obstacle = obstacleToLinking(course, source);
            if (obstacle != null && from.mode() == CloneFrom.Mode.LINKED) {
                throw new ReconcileException(
                        "CannotLink",
                        wish.key() + ": " + from.field() + ".mode: a linked clone of " + from.name()
                                + " is not possible: " + obstacle + "; use mode: Full",
                        false,
                        null);
            }
            full = full || obstacle != null;
        }
        String target = full ? cloneStorage(wish, source) : null;
        String locked = target != null ? target : source == null ? null : anyStorage(source.config());
        GuestStep.Words words = course.words(
                from.field(),
                "clone " + course.guest() + number(course) + " from " + from.name()
                        + (source == null && from.mode() == null ? "" : full ? " in full" : " by linking its blocks"),
                Effect.ONLINE,
                null,
                locked);
        if (source != null && course.sight.capabilities().sourceLock()) {
            List<Step.Lock> locks = new ArrayList<>(words.locks());
            locks.add(course.guestLock(source.vmid()));
            words = new GuestStep.Words(words.field(), words.action(), words.effect(), null, locks);
        }
        course.add(new GuestStep.Clone<>(
                words,
                source == null ? null : source.vmid(),
                wish.config().hostname(),
                mark,
                full,
                target,
                from.snapshot()));
        converge(course, Base.fresh(shape.marked(cloned(wish, source), mark)));
    }

    /** What the clone will look like; when the source is not there yet, like the wish, since there is nothing to compare. */
    private C cloned(GuestWish<C, D> wish, Guests.@Nullable Observed<C> source) {
        return source == null
                ? shape.bare(wish.config(), wish.attachments())
                : shape.copy(source.config(), wish.config(), Set.of(GuestField.HOSTNAME));
    }

    /** Why the wish cannot be a clone of that source; null when nothing is in the way. */
    private @Nullable String unlikeSource(GuestWish<C, D> wish, Origin.FromGuest<C> from) {
        Boolean given =
                from.source() == null ? null : shape.unprivileged(from.source().config());
        return wish.unprivileged() == null
                        || given == null
                        || wish.unprivileged().equals(given)
                ? null
                : "a clone is as its source is, and " + from.name() + " has unprivileged: " + given
                        + "; take the field out, or make the container from a template";
    }

    private void refuseImpossibleClone(Course<C, D> course, Origin.FromGuest<C> from, Guests.Observed<C> source) {
        String subject = course.wish.key() + ": " + from.field() + ": ";
        if (source.running() && from.snapshot() == null && shape.rootStorage(source.config()) != null) {
            throw new ReconcileException(
                    "SourceRuns",
                    subject + from.name()
                            + " runs, and a running container can only be cloned from a snapshot; name one in "
                            + from.field() + ".snapshot, or stop it",
                    true,
                    null);
        }
        String unlike = unlikeSource(course.wish, from);
        if (unlike != null) {
            throw new ReconcileException(
                    "InvalidSpec", course.wish.key() + ": spec.unprivileged: " + unlike, false, null);
        }
        String bound = shape.attached(source.config()).stream()
                .filter(each -> each.storage() == null)
                .map(Attached::content)
                .findFirst()
                .orElse(null);
        if (bound != null) {
            throw new ReconcileException(
                    "SourceHasDirectory",
                    subject + from.name() + " has " + bound
                            + " of the host mounted, which no clone can have; move that mount from the source to its clones",
                    false,
                    null);
        }
        if (from.snapshot() != null
                && source.snapshots().stream().noneMatch(each -> each.name().equals(from.snapshot()))) {
            throw new ReconcileException(
                    "SnapshotMissing",
                    subject + from.name() + " has no snapshot " + from.snapshot() + "; add it to spec.snapshots of "
                            + from.name(),
                    true,
                    null);
        }
    }

    private @Nullable String obstacleToLinking(Course<C, D> course, Guests.Observed<C> source) {
        if (!source.template()) {
            return "it is no template";
        }
        String wanted = oneStorage(course.wish);
        String storage = anyStorage(source.config());
        if (wanted != null && storage != null && !wanted.equals(storage)) {
            return "it lies on storage " + storage + ", not " + wanted;
        }
        if (storage == null || shape.kind() == GuestKind.VIRTUAL_MACHINE) {
            return null;
        }
        String type = course.sight.storageTypes().get(storage);
        Set<String> able = course.sight.capabilities().linkedCloneStorages();
        if (type == null || !able.contains(type)) {
            return "storage " + storage + (type == null ? "" : " of type " + type) + " cannot share blocks"
                    + (able.isEmpty() ? "" : ", only " + GuestFields.list(able) + " can");
        }
        return null;
    }

    private @Nullable String cloneStorage(GuestWish<C, D> wish, Guests.@Nullable Observed<C> source) {
        String wanted = oneStorage(wish);
        return wanted == null || source == null || wanted.equals(anyStorage(source.config())) ? null : wanted;
    }

    /** Where the manifest wants a clone to lie; null when it does not say, and when a machine's disks lie on several storages. */
    private @Nullable String oneStorage(GuestWish<C, D> wish) {
        if (shape.kind() == GuestKind.CONTAINER) {
            return wish.rootStorage();
        }
        Set<String> storages = new TreeSet<>();
        wish.attachments().forEach(each -> {
            if (each.storage() != null) {
                storages.add(each.storage());
            }
        });
        return storages.size() == 1 ? storages.iterator().next() : null;
    }

    private @Nullable String anyStorage(C config) {
        String root = shape.rootStorage(config);
        return root != null
                ? root
                : shape.attached(config).stream()
                        .map(Attached::storage)
                        .filter(each -> each != null)
                        .findFirst()
                        .orElse(null);
    }

    private void converge(Course<C, D> course, Base<C> base) {
        changeFields(course, base);
        root(course, base);
        attachments.plan(course, base);
        inside.plan(course, base);
        Moves.tell(course);
    }

    private void changeFields(Course<C, D> course, Base<C> base) {
        GuestWish<C, D> wish = course.wish;
        Set<GuestField> changed = EnumSet.noneOf(GuestField.class);
        for (GuestField field : shape.fields()) {
            if (wish.managed().contains(field) && !shape.same(field, wish.config(), base.config())) {
                changed.add(field);
            }
        }
        for (GuestField field : shape.fields()) {
            if (changed.contains(field)) {
                Effect effect =
                        base.running() ? course.sight.capabilities().effect(shape.kind(), field) : Effect.ONLINE;
                course.add(new GuestStep.ChangeField<>(
                        course.words(field.path(), shape.describe(field, wish.config(), base.config()), effect),
                        field,
                        wish.config(),
                        changed));
            }
        }
    }

    private void root(Course<C, D> course, Base<C> base) {
        String storage = shape.rootStorage(base.config());
        String target = course.wish.rootStorage();
        if (!base.fresh()
                && target != null
                && storage != null
                && !target.equals(storage)
                && Moves.obstacle(course, base) == null) {
            Moves.plan(course, base, "spec.rootDisk.storage", "the root disk", ROOT, storage, target);
        }
        ByteSize wanted = course.wish.rootSize();
        ByteSize has = shape.rootSize(base.config());
        if (wanted == null || has == null) {
            return;
        }
        if (wanted.compareTo(has) > 0) {
            course.add(new GuestStep.Grow<>(
                    course.words(
                            "spec.rootDisk.size",
                            "grow the root disk from " + has + " to " + wanted,
                            Effect.ONLINE,
                            null,
                            shape.rootStorage(base.config())),
                    ROOT,
                    wanted));
        } else if (wanted.compareTo(has) < 0) {
            course.refuse(
                    "spec.rootDisk.size",
                    "CannotShrink",
                    "the root disk has " + has + " and cannot shrink to " + wanted + "; set it to " + has + " or more");
        }
    }

    private List<Reason> replacements(Course<C, D> course, Base<C> base) {
        GuestWish<C, D> wish = course.wish;
        List<Reason> reasons = new ArrayList<>();
        Boolean unprivileged = shape.unprivileged(base.config());
        String unlike = wish.origin() instanceof Origin.FromGuest<C> from ? unlikeSource(wish, from) : null;
        if (unlike != null) {
            // Made anew it would be no different.
            course.refuse("spec.unprivileged", "CannotReplace", unlike);
        } else if (wish.unprivileged() != null
                && unprivileged != null
                && !wish.unprivileged().equals(unprivileged)) {
            reasons.add(new Reason(
                    "spec.unprivileged",
                    "unprivileged is " + unprivileged + " since its creation and has to be " + wish.unprivileged()));
        }
        Origin<C> origin = wish.origin();
        String made = base.mark() == null ? null : base.mark().facts().get(MarkFacts.ORIGIN);
        if (origin != null && made != null && !made.equals(origin.fact())) {
            reasons.add(new Reason(origin.field(), "it was made from " + made + ", not from " + origin.fact()));
        }
        String storage = shape.rootStorage(base.config());
        String obstacle = Moves.obstacle(course, base);
        if (wish.rootStorage() != null && storage != null && !wish.rootStorage().equals(storage) && obstacle != null) {
            reasons.add(new Reason(
                    "spec.rootDisk.storage",
                    "its root disk is on " + storage + ", not on " + wish.rootStorage() + ", and cannot be moved: "
                            + obstacle));
        }
        if (base.template() && !wish.template()) {
            reasons.add(new Reason("spec.isTemplate", "it is a template, and there is no way back from that"));
        }
        return reasons;
    }

    private @Nullable GuestStep<C, D> replacement(Course<C, D> course, Base<C> base, List<Reason> reasons) {
        String field = reasons.getFirst().field();
        String why = String.join("; ", reasons.stream().map(Reason::words).toList());
        if (!course.sight.linkedClones().isEmpty()) {
            course.refuse(
                    field,
                    "CannotReplace",
                    why + "; " + course.guest() + " would have to be made anew, which is impossible while "
                            + String.join(", ", course.sight.linkedClones())
                            + " shares its blocks; give the changed one another name");
            return null;
        }
        List<String> volumes = new ArrayList<>();
        for (Attached<D> each : shape.attached(base.config())) {
            if (each.storage() != null) {
                volumes.add(each.content());
            }
        }
        return new GuestStep.Replace<>(
                course.words(
                        field,
                        "replace " + course.guest() + ", since " + why + "; destroys its root disk"
                                + (volumes.isEmpty() ? "" : " and " + String.join(", ", volumes)),
                        Effect.REPLACE,
                        "replace-" + shape.word() + "/" + course.wish.name(),
                        null),
                course.wish.patience());
    }

    /** What there is to say about a guest that exists, beside what has to be done. */
    private void observe(Course<C, D> course, Guests.Observed<C> guest) {
        List<String> pending = pending(shape, guest);
        if (guest.running() && !pending.isEmpty()) {
            course.find(
                    Conditions.RESTART_REQUIRED,
                    "PendingChanges",
                    String.join(", ", pending) + " take effect when " + course.guest()
                            + " starts next; restart it: phoenixctl restart " + course.wish.name(),
                    true);
        }
        Mark mark = guest.config().mark();
        Origin<C> origin = course.wish.origin();
        String made = mark == null ? null : mark.facts().get(MarkFacts.MADE_FROM);
        if (origin != null && made != null && origin.digest() != null && !made.equals(origin.digest())) {
            course.find(
                    Conditions.STALE,
                    "SourceChanged",
                    origin.name() + " has changed since " + course.guest()
                            + " was made from it; to make it anew, delete and apply it",
                    false);
        }
        if (guest.running() && Boolean.FALSE.equals(guest.agent())) {
            course.find(
                    Conditions.DEGRADED,
                    "AgentSilent",
                    "the guest agent of " + course.guest() + " does not answer; is qemu-guest-agent installed in it?",
                    false);
        }
    }

    /** The fields whose new value waits for a restart. */
    static <C extends GuestConfig, D> List<String> pending(GuestShape<C, D> shape, Guests.Observed<C> guest) {
        List<String> pending = new ArrayList<>(guest.pending().stream()
                .sorted()
                .map(GuestField::path)
                .distinct()
                .toList());
        if (!shape.attached(guest.config()).equals(shape.attached(guest.effective()))) {
            pending.add(shape.rootStorage(guest.config()) == null ? "spec.disks" : "spec.mounts");
        }
        return pending;
    }

    private Mark initial(GuestWish<C, D> wish, Origin<C> origin, Map<String, String> features) {
        Map<String, String> facts = new TreeMap<>(features);
        facts.put(MarkFacts.ORIGIN, origin.fact());
        if (origin.digest() != null) {
            facts.put(MarkFacts.MADE_FROM, origin.digest());
        }
        if (wish.template()) {
            facts.put(MarkFacts.TEMPLATE, "true");
        }
        if (wish.verifiedAt() != null) {
            facts.put(MarkFacts.VERIFIED, wish.verifiedAt().toString());
        }
        return new Mark(wish.key().toString(), facts);
    }

    private Mark adopted(GuestWish<C, D> wish) {
        Map<String, String> facts = new TreeMap<>();
        if (wish.verifiedAt() != null) {
            facts.put(MarkFacts.VERIFIED, wish.verifiedAt().toString());
        }
        return new Mark(wish.key().toString(), facts);
    }

    private String number(Course<C, D> course) {
        return course.sight.vmid() == null ? "" : " (" + course.sight.vmid() + ")";
    }

    /** Why a guest would have to be made anew. */
    record Reason(String field, String words) {}
}
