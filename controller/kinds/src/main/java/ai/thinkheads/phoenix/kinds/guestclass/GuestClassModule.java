package ai.thinkheads.phoenix.kinds.guestclass;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of GuestClasses. */
public final class GuestClassModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(GuestClassReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(GuestClassReconciler.class);
    }
}
