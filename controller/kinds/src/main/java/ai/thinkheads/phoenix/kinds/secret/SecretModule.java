package ai.thinkheads.phoenix.kinds.secret;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import org.jspecify.annotations.Nullable;

/** Adds the reconciler of Secrets. */
public final class SecretModule extends AbstractModule {

    private final @Nullable SecretSources sources;

    /** Values come from the controller's machine. */
    public SecretModule() {
        this.sources = null;
    }

    /** Values come from there. */
    public SecretModule(SecretSources sources) {
        this.sources = sources;
    }

    @Override
    protected void configure() {
        if (sources != null) {
            bind(SecretSources.class).toInstance(sources);
        } else {
            bind(SecretSources.class).to(MachineSecretSources.class);
            bind(MachineSecretSources.class).in(Singleton.class);
        }
        bind(SecretReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(SecretReconciler.class);
    }
}
