package ai.thinkheads.phoenix.kinds.lxctemplate;

import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;

/** Adds the reconciler of LxcTemplates. */
public final class LxcTemplateModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(LxcTemplateReconciler.class).in(Singleton.class);
        Multibinder.newSetBinder(binder(), new TypeLiteral<Reconciler<?, ?>>() {})
                .addBinding()
                .to(LxcTemplateReconciler.class);
    }
}
