package ai.thinkheads.phoenix.api.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.module.SimpleModule;

/**
 * Makes records by calling their constructor. Jackson 3 does it by a method handle that it lets spread an array of arguments, for
 * which the JDK generates some twenty classes for each record at run time: a tenth of a second in a process that lives for one.
 */
public final class RecordModule extends SimpleModule {

    public RecordModule() {
        super("records");
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addValueInstantiators(new ValueInstantiators.Base() {
            @Override
            public ValueInstantiator modifyValueInstantiator(
                    DeserializationConfig config, BeanDescription.Supplier type, ValueInstantiator found) {
                return type.getBeanClass().isRecord()
                                && found instanceof StdValueInstantiator standard
                                && standard.getWithArgsCreator() != null
                                && standard.getWithArgsCreator().getAnnotated() instanceof Constructor<?> constructor
                        ? new ByConstructor(standard, constructor)
                        : found;
            }
        });
    }

    private static final class ByConstructor extends StdValueInstantiator {

        private final transient Constructor<?> constructor;

        ByConstructor(StdValueInstantiator standard, Constructor<?> constructor) {
            super(standard);
            this.constructor = constructor;
            constructor.setAccessible(true);
        }

        @Override
        public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
            try {
                return constructor.newInstance(arguments);
            } catch (InvocationTargetException e) {
                return failed(context, arguments, e.getCause() == null ? e : e.getCause());
            } catch (ReflectiveOperationException | RuntimeException e) {
                return failed(context, arguments, e);
            }
        }

        private Object failed(DeserializationContext context, Object[] arguments, Throwable why) {
            return context.handleInstantiationProblem(getValueClass(), arguments, rewrapCtorProblem(context, why));
        }
    }
}
