package ai.thinkheads.phoenix.kinds.gpudriver;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of GpuDrivers. */
public final class GpuDriverModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(GpuDriverReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(GpuDriverReconciler.class);
    }
}
