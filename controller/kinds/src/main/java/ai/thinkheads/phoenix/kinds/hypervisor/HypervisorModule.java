package ai.thinkheads.phoenix.kinds.hypervisor;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of Hypervisors. */
public final class HypervisorModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(HypervisorReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(HypervisorReconciler.class);
    }
}
