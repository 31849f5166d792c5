package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestShell.Target;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Does one step to one guest. Each can be done again after a crash in its middle: what is there already is left alone.
 *
 * @param <C> the configuration of the guest's kind
 * @param <D> a mount point or a disk
 */
final class GuestExecutor<C extends GuestConfig, D> {

    private static final Duration CHOWN = Duration.ofSeconds(30);

    private final ResourceKey key;
    private final int vmid;
    private final GuestShape<C, D> shape;
    private final Host host;
    private final Guests<C, D> guests;
    private final Supplier<Optional<Guests.Observed<C>>> known;
    private final Supplier<Optional<Guests.Observed<C>>> readBack;
    private final FeatureInstaller features;
    private final Clock clock;

    /**
     * @param known the guest as last read
     * @param readBack reads the guest again
     */
    GuestExecutor(
            ResourceKey key,
            int vmid,
            GuestShape<C, D> shape,
            Host host,
            Guests<C, D> guests,
            Supplier<Optional<Guests.Observed<C>>> known,
            Supplier<Optional<Guests.Observed<C>>> readBack,
            FeatureInstaller features,
            Clock clock) {
        this.key = key;
        this.vmid = vmid;
        this.shape = shape;
        this.host = host;
        this.guests = guests;
        this.known = known;
        this.readBack = readBack;
        this.features = features;
        this.clock = clock;
    }

    void execute(GuestStep<C, D> step) {
        switch (step) {
            case GuestStep.Create<C, D> create -> create(create);
            case GuestStep.Clone<C, D> clone -> clone(clone);
            case GuestStep.CleanUp<C, D> ignored -> cleanUp();
            case GuestStep.Replace<C, D> replace -> replace(replace);
            case GuestStep.Adopt<C, D> adopt -> mark(adopt.mark());
            case GuestStep.ChangeField<C, D> change -> change(change);
            case GuestStep.Attach<C, D> attach -> attach(attach.wish());
            case GuestStep.Reattach<C, D> reattach -> reattach(reattach);
            case GuestStep.Own<C, D> own -> {
                own(own.wish());
                remember(List.of(own.wish()), true);
            }
            case GuestStep.OwnInside<C, D> own -> ownInside(own);
            case GuestStep.Remember<C, D> remember -> remember(remember.wishes(), false);
            case GuestStep.Grow<C, D> grow -> {
                guests.grow(vmid, grow.slot(), grow.size());
                refresh();
            }
            case GuestStep.Move<C, D> move -> move(move);
            case GuestStep.Detach<C, D> detach -> {
                guests.detach(vmid, detach.slot(), present().digest().text());
                refresh();
            }
            case GuestStep.DestroyVolume<C, D> destroy -> {
                guests.destroyUnused(vmid, destroy.volume());
                refresh();
            }
            case GuestStep.Start<C, D> ignored -> start();
            case GuestStep.Freeze<C, D> ignored -> {
                guests.freeze(vmid);
                refresh();
            }
            case GuestStep.Thaw<C, D> ignored -> {
                guests.thaw(vmid);
                refresh();
            }
            case GuestStep.Shutdown<C, D> shutdown -> {
                guests.shutdown(vmid, shutdown.patience());
                refresh();
            }
            case GuestStep.Restart<C, D> restart -> restart(restart);
            case GuestStep.MakeTemplate<C, D> ignored -> makeTemplate();
            case GuestStep.TakeSnapshot<C, D> take -> takeSnapshot(take);
            case GuestStep.DeleteSnapshot<C, D> delete -> {
                guests.deleteSnapshot(vmid, delete.name());
                refresh();
            }
            case GuestStep.InstallFeature<C, D> install -> install(install.feature());
            case GuestStep.RemoveFeature<C, D> remove -> remove(remove.feature());
            case GuestStep.VerifyFeatures<C, D> verify -> verify(verify);
            case GuestStep.Release<C, D> ignored -> {
                guests.release(vmid);
                refresh();
            }
            case GuestStep.Destroy<C, D> ignored -> {
                guests.destroy(vmid);
                refresh();
            }
        }
    }

    private void create(GuestStep.Create<C, D> step) {
        String from = step.from();
        if (from == null) {
            throw new ReconcileException(
                    "SourceMissing",
                    key + ": " + step.field() + ": what it is made from is not on the host yet",
                    true,
                    null);
        }
        if (!isMade()) {
            guests.create(vmid, step.config(), from);
            refresh();
        }
    }

    private void clone(GuestStep.Clone<C, D> step) {
        Integer source = step.source();
        if (source == null) {
            throw new ReconcileException(
                    "SourceMissing", key + ": " + step.field() + ": the source is not on the host yet", true, null);
        }
        if (!isMade()) {
            guests.clone(source, vmid, step.hostname(), step.mark(), step.full(), step.storage(), step.snapshot());
            refresh();
        }
    }

    /** Whether an earlier attempt, whose answer was lost, made the guest. Asks the host, which is cheap beside making one. */
    private boolean isMade() {
        Optional<Guests.Observed<C>> guest = readBack.get();
        if (guest.isEmpty()) {
            return false;
        }
        Mark mark = guest.get().config().mark();
        if (mark != null && mark.owner().equals(key.toString()) && !GuestPlanner.isHalfMade(guest.get())) {
            return true;
        }
        throw new ReconcileException(
                "NumberTaken",
                key + ": number " + vmid + " was taken by "
                        + guest.get().config().hostname() + " in the meantime",
                true,
                null);
    }

    private void cleanUp() {
        Optional<Guests.Observed<C>> guest = readBack.get();
        if (guest.isPresent() && GuestPlanner.isHalfMade(guest.get())) {
            guests.destroy(vmid);
            refresh();
        }
    }

    private void replace(GuestStep.Replace<C, D> step) {
        guests.shutdown(vmid, step.patience());
        guests.destroy(vmid);
        refresh();
    }

    private void change(GuestStep.ChangeField<C, D> step) {
        Guests.Observed<C> guest = present();
        Set<GuestField> left = new java.util.HashSet<>(step.group());
        left.removeIf(field -> shape.same(field, step.wish(), guest.config()));
        if (left.contains(step.changed())) {
            guests.update(
                    vmid,
                    shape.copy(guest.config(), step.wish(), left),
                    left,
                    guest.digest().text());
            refresh();
        }
    }

    private void attach(Attachment<D> wish) {
        Guests.Observed<C> guest = present();
        boolean there = AttachmentPlanner.match(
                        shape,
                        List.of(wish),
                        shape.attached(guest.config()),
                        MarkFacts.starting(guest.config().mark(), MarkFacts.MOUNT))
                .containsKey(wish.name());
        if (there && !wish.isVolume()) {
            return;
        }
        if (!wish.isVolume() && wish.directory() == null) {
            throw new ReconcileException(
                    "DirectoryMissing",
                    key + ": " + wish.field() + ".dataset: its dataset is not mounted on the host",
                    true,
                    null);
        }
        own(wish);
        guests.attach(vmid, wish.element(), guest.digest().text());
        refresh();
    }

    /** Makes the directory that is mounted, with its owner in the numbers of the host. */
    private void own(Attachment<D> wish) {
        String directory = wish.directory();
        Attachment.Owner owner = wish.owner();
        if (directory != null) {
            host.node()
                    .ensureDirectory(
                            directory, owner == null ? null : owner.uid(), owner == null ? null : owner.gid(), null);
        }
    }

    /** The owner of a volume is set from inside, where its numbers are what they are. */
    private void ownInside(GuestStep.OwnInside<C, D> step) {
        GuestShell.Result result = host.shell()
                .run(new GuestShell.Command(
                        Target.guest(shape.kind(), vmid),
                        List.of("chown", step.owner(), step.path()),
                        Map.of(),
                        new byte[0],
                        CHOWN,
                        false,
                        null));
        if (!result.ok()) {
            throw new ReconcileException(
                    "OwnerFailed",
                    key + ": " + step.field() + ": chown " + step.owner() + " " + step.path() + " ended with "
                            + result.exitCode() + ": " + result.output().strip(),
                    true,
                    null);
        }
        remember(List.of(step.wish()), true);
    }

    private void reattach(GuestStep.Reattach<C, D> step) {
        Guests.Observed<C> guest = present();
        Attached<D> has = shape.attached(guest.config()).stream()
                .filter(each -> each.slot().equals(step.slot()))
                .findFirst()
                .orElseThrow(() -> new ReconcileException(
                        "ChangedByOther", key + ": " + step.slot() + " was taken out in the meantime", true, null));
        own(step.wish());
        guests.reattach(vmid, shape.reattached(step.wish(), has), guest.digest().text());
        refresh();
    }

    private void remember(List<Attachment<D>> wishes, boolean owned) {
        Guests.Observed<C> guest = present();
        Mark mark = marked(guest);
        Map<String, String> facts = MarkFacts.starting(mark, MarkFacts.MOUNT);
        Map<String, Attached<D>> matched =
                AttachmentPlanner.match(shape, wishes, shape.attached(guest.config()), facts);
        Mark now = mark;
        for (Attachment<D> each : wishes) {
            Attached<D> has = matched.get(each.name());
            if (has != null) {
                boolean known = owned
                        || !each.isVolume()
                        || (each.owner() != null && MarkFacts.isOwned(each, facts.get(each.name())));
                now = now.with(MarkFacts.MOUNT + each.name(), MarkFacts.mount(each, has, known));
            }
        }
        mark(now);
    }

    private void start() {
        guests.start(vmid);
        refresh();
    }

    private void restart(GuestStep.Restart<C, D> step) {
        guests.shutdown(vmid, step.patience());
        step.moves().forEach(this::move);
        guests.start(vmid);
        refresh();
        Instant now = clock.instant();
        Instant asked = step.asked();
        // A request from the future would otherwise never count as fulfilled.
        Instant fulfilled = asked != null && asked.isAfter(now) ? asked : now;
        mark(marked(present()).with(MarkFacts.RESTARTED, fulfilled.toString()));
    }

    private void makeTemplate() {
        if (!present().template()) {
            guests.makeTemplate(vmid);
            refresh();
        }
        follow(shape.attached(present().config()));
    }

    private void move(GuestStep.Move<C, D> step) {
        guests.move(vmid, step.slot(), step.storage());
        refresh();
        follow(shape.attached(present().config()).stream()
                .filter(each -> each.slot().equals(step.slot()))
                .toList());
    }

    /** Volumes get other names when they are moved and when their guest becomes a template, which the mark follows. */
    private void follow(List<Attached<D>> renamed) {
        Mark now = marked(present());
        for (Attached<D> has : renamed) {
            for (Map.Entry<String, String> fact :
                    MarkFacts.starting(now, MarkFacts.MOUNT).entrySet()) {
                boolean same = MarkFacts.slot(fact.getValue()).equals(has.slot());
                if (same && has.storage() != null && !MarkFacts.names(fact.getValue(), has)) {
                    now = now.with(MarkFacts.MOUNT + fact.getKey(), MarkFacts.renamed(fact.getValue(), has));
                }
            }
        }
        mark(now);
    }

    private void takeSnapshot(GuestStep.TakeSnapshot<C, D> step) {
        if (present().snapshots().stream().noneMatch(each -> each.name().equals(step.name()))) {
            guests.snapshot(vmid, step.name(), step.description());
            refresh();
        }
    }

    private void install(FeatureWish feature) {
        reachable();
        features.ensure(key, feature, host.shell(), Target.guest(shape.kind(), vmid));
        mark(marked(present())
                .without(FeatureWish.INHERITED + feature.name())
                .with(FeatureWish.FACT + feature.name(), feature.stamp()));
    }

    private void remove(FeatureWish feature) {
        reachable();
        features.remove(key, feature, host.shell(), Target.guest(shape.kind(), vmid));
        mark(marked(present()).without(FeatureWish.FACT + feature.name()));
    }

    private void verify(GuestStep.VerifyFeatures<C, D> step) {
        reachable();
        for (FeatureWish each : step.features()) {
            features.ensure(key, each, host.shell(), Target.guest(shape.kind(), vmid));
        }
        Instant now = clock.instant();
        Instant asked = step.asked();
        Instant fulfilled = asked != null && asked.isAfter(now) ? asked : now;
        mark(marked(present()).with(MarkFacts.VERIFIED, fulfilled.toString()));
    }

    /** A machine can only be worked on when its agent answers. */
    private void reachable() {
        if (Boolean.FALSE.equals(present().agent())
                && Boolean.FALSE.equals(
                        readBack.get().map(Guests.Observed::agent).orElse(null))) {
            throw new ReconcileException(
                    "AgentSilent",
                    key
                            + ": spec.provision: the guest agent does not answer yet; it has to be installed and running for features",
                    true,
                    null);
        }
    }

    private void mark(Mark now) {
        Guests.Observed<C> guest = present();
        if (!now.equals(guest.config().mark())) {
            guests.update(
                    vmid,
                    shape.marked(guest.config(), now),
                    Set.of(GuestField.MARK),
                    guest.digest().text());
            refresh();
        }
    }

    private Mark marked(Guests.Observed<C> guest) {
        Mark mark = guest.config().mark();
        if (mark == null || !mark.owner().equals(key.toString())) {
            throw new ReconcileException(
                    "ChangedByOther", key + ": guest " + vmid + " lost Phoenix's mark in the meantime", true, null);
        }
        return mark;
    }

    private void refresh() {
        var _ = readBack.get();
    }

    private Guests.Observed<C> present() {
        return known.get()
                .or(readBack)
                .orElseThrow(() -> new ReconcileException(
                        "ChangedByOther", key + ": guest " + vmid + " went away in the meantime", true, null));
    }
}
