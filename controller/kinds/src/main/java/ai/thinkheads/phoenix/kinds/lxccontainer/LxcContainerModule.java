package ai.thinkheads.phoenix.kinds.lxccontainer;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of LxcContainers. */
public final class LxcContainerModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(LxcContainerReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(LxcContainerReconciler.class);
    }
}
