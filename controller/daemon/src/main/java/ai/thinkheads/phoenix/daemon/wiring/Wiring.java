package ai.thinkheads.phoenix.daemon.wiring;

import ai.thinkheads.phoenix.daemon.gitops.GitOpsModule;
import ai.thinkheads.phoenix.kinds.KindsModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;

/** The one list of what a controller is made of. */
public final class Wiring {

    private Wiring() {}

    /** Puts a controller together. Whatever is not listed here is not part of it. */
    public static Injector injector(Foundation foundation) {
        return Guice.createInjector(
                Stage.DEVELOPMENT,
                new ControllerModule(foundation),
                new DriversModule(foundation),
                new KindsModule(),
                new GitOpsModule(foundation.directory().git()));
    }
}
