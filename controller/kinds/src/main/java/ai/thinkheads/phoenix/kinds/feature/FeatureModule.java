package ai.thinkheads.phoenix.kinds.feature;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of Features. */
public final class FeatureModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(FeatureReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(FeatureReconciler.class);
    }
}
