package ai.thinkheads.phoenix.kinds.secret;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of Secrets. */
public final class SecretModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(SecretSources.class).to(MachineSecretSources.class);
        bind(MachineSecretSources.class).in(Singleton.class);
        bind(SecretReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(SecretReconciler.class);
    }
}
