package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.daemon.DaemonConfig;
import ai.thinkheads.phoenix.engine.event.Events;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.store.StateDirectory;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.security.SecureRandom;

/**
 * What has to be opened before anything can be put together, and what is closed last.
 *
 * @param random for names, keys and jitter alike
 */
public record Foundation(
        DaemonConfig config,
        StateDirectory directory,
        Clock clock,
        Scheduler scheduler,
        SecureRandom random,
        Store store,
        Events events,
        Vault vault) {}
