package ai.thinkheads.phoenix.kinds.cloudimage;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of CloudImages. */
public final class CloudImageModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(CloudImageReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(CloudImageReconciler.class);
    }
}
