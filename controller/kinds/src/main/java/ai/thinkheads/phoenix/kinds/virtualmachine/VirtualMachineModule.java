package ai.thinkheads.phoenix.kinds.virtualmachine;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of VirtualMachines. */
public final class VirtualMachineModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(VirtualMachineReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(VirtualMachineReconciler.class);
    }
}
