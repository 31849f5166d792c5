package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.ReadBack;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What people do to a guest that is no part of its desired state: commands, snapshots and going back to one. */
public final class GuestOperations {

    private final HostViews views;

    @Inject
    public GuestOperations(HostViews views) {
        this.views = views;
    }

    /**
     * Runs a command in a running guest.
     *
     * @param stdin empty for none
     * @param output called with pieces of its output as they come
     * @throws ReconcileException when there is no such guest, when it does not run, or when the host fails
     */
    public GuestShell.Result exec(
            ResourceKey guest,
            Resources resources,
            List<String> command,
            byte[] stdin,
            Duration timeout,
            Consumer<String> output) {
        Subject subject = find(guest, resources, "run a command in");
        if (!subject.guest().running()) {
            throw refused(guest, "it does not run; start it first: phoenixctl start " + guest.name());
        }
        if (subject.guest().frozen()) {
            throw refused(guest, "it is frozen; let it go on first: phoenixctl start " + guest.name());
        }
        if (Boolean.FALSE.equals(subject.guest().agent())) {
            throw refused(guest, "its guest agent does not answer; is qemu-guest-agent installed and running in it?");
        }
        return HostFailures.guard(
                guest,
                "run a command",
                () -> subject.view()
                        .host()
                        .shell()
                        .run(new GuestShell.Command(
                                GuestShell.Target.guest(
                                        subject.kind(), subject.guest().vmid()),
                                command,
                                Map.of(),
                                stdin,
                                timeout,
                                false,
                                output)));
    }

    /** Takes a snapshot, which stays until somebody deletes it on the host. */
    public void snapshot(ResourceKey guest, Resources resources, String name, String description) {
        Subject subject = find(guest, resources, "take a snapshot of");
        if (subject.guest().snapshots().stream().anyMatch(each -> each.name().equals(name))) {
            throw refused(guest, "it has a snapshot " + name + " already; choose another name");
        }
        HostFailures.guard(guest, "take snapshot " + name, () -> {
            subject.guests().snapshot(subject.guest().vmid(), name, description);
            subject.readBack();
        });
    }

    /** Takes a guest back to a snapshot. It is stopped by that; its run policy decides on what comes next. */
    public void rollback(ResourceKey guest, Resources resources, String name) {
        Subject subject = find(guest, resources, "roll back");
        List<String> names =
                subject.guest().snapshots().stream().map(Guests.Snapshot::name).toList();
        if (!names.contains(name)) {
            throw refused(
                    guest,
                    "it has no snapshot " + name + (names.isEmpty() ? "" : ", only " + String.join(", ", names)));
        }
        HostFailures.guard(guest, "roll back to " + name, () -> {
            subject.guests().rollback(subject.guest().vmid(), name);
            subject.readBack();
        });
    }

    private Subject find(ResourceKey key, Resources resources, String what) {
        Resource<?, ?> resource = resources
                .get(key)
                .orElseThrow(() -> new ReconcileException("NotFound", key + " was not found", false, null));
        HostView view = views.view(resource, resources);
        Subject subject;
        if (resource.kind().name().equals(Kinds.LXC_CONTAINER.name())) {
            subject = subject(
                    GuestKind.CONTAINER,
                    resource,
                    view,
                    view.state().containers(),
                    view.host().containers());
        } else if (resource.kind().name().equals(Kinds.VIRTUAL_MACHINE.name())) {
            subject = subject(
                    GuestKind.VIRTUAL_MACHINE,
                    resource,
                    view,
                    view.state().virtualMachines(),
                    view.host().virtualMachines());
        } else {
            throw refused(key, "only containers and virtual machines are guests");
        }
        if (subject.guest().template()) {
            throw refused(key, "it is a template, which never runs and has no snapshots: cannot " + what + " it");
        }
        return subject;
    }

    private <C extends GuestConfig> Subject subject(
            GuestKind kind, Resource<?, ?> resource, HostView view, GuestTable<C> all, Guests<C, ?> guests) {
        Integer vmid = resource.facts() instanceof GuestFacts facts ? facts.vmid() : null;
        Guests.Observed<C> guest = vmid == null ? null : all.get(vmid);
        Mark mark = guest == null ? null : guest.config().mark();
        if (guest == null || mark == null || !mark.owner().equals(resource.key().toString())) {
            throw refused(
                    resource.key(),
                    "it is not on " + view.name() + " yet; see phoenixctl describe "
                            + resource.kind().singular() + " " + resource.name());
        }
        // What the shared snapshot says of a guest may be half a minute old; a person asks about now.
        ReadBack readBack = views.readBack(view);
        Runnable again = kind == GuestKind.CONTAINER
                ? () -> readBack.container(guest.vmid())
                : () -> readBack.virtualMachine(guest.vmid());
        Optional<Guests.Observed<C>> now = HostFailures.guard(
                resource.key(), "read " + kind.word() + " " + guest.vmid(), () -> guests.read(guest.vmid()));
        return new Subject(kind, view, now.orElse(guest), guests, again);
    }

    private static ReconcileException refused(ResourceKey key, String why) {
        return new ReconcileException("Refused", key + ": " + why, false, null);
    }

    /** The guest that something is done to. */
    private record Subject(
            GuestKind kind, HostView view, Guests.Observed<?> guest, Guests<?, ?> guests, Runnable again) {
        void readBack() {
            again.run();
        }
    }
}
