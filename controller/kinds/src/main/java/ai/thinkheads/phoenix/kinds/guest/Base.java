package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The guest that steps are planned for: as it is, or as it will be once it is created.
 *
 * @param effective the configuration that is in force, which a running guest keeps in part until it is restarted
 * @param fresh whether it is about to be created in this plan
 */
record Base<C extends GuestConfig>(
        C config,
        C effective,
        boolean running,
        boolean frozen,
        boolean template,
        @Nullable Mark mark,
        List<Guests.Snapshot> snapshots,
        List<String> unused,
        @Nullable Instant startedAt,
        boolean fresh) {

    static <C extends GuestConfig> Base<C> of(Guests.Observed<C> guest) {
        return new Base<>(
                guest.config(),
                guest.effective(),
                guest.running(),
                guest.frozen(),
                guest.template(),
                guest.config().mark(),
                guest.snapshots(),
                guest.unused(),
                guest.startedAt(),
                false);
    }

    static <C extends GuestConfig> Base<C> fresh(C config) {
        return new Base<>(config, config, false, false, false, config.mark(), List.of(), List.of(), null, true);
    }
}
