package ai.thinkheads.phoenix.api.codec;

import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges a guest with the defaults of its {@code GuestClass}. A field that the guest gives wins; objects are merged field by
 * field; a list that the guest gives replaces the class's list whole, and an empty list counts as not given. Where a guest says
 * what it is made from, the class's other way (a template beside {@code cloneFrom}) is dropped.
 */
public final class GuestClasses {

    /** Records of this package are objects in a manifest; those of others, such as quantities, are single values. */
    private static final String OBJECTS = LxcContainerSpec.class.getPackageName();

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private GuestClasses() {}

    /** The container with the class's defaults filled in. */
    public static LxcContainerSpec effective(LxcContainerSpec guest, LxcContainerSpec defaults) {
        return (LxcContainerSpec)
                merged(guest, defaults, origins("template", guest.template() != null, guest.cloneFrom() != null));
    }

    /** The machine with the class's defaults filled in. */
    public static VirtualMachineSpec effective(VirtualMachineSpec guest, VirtualMachineSpec defaults) {
        return (VirtualMachineSpec)
                merged(guest, defaults, origins("image", guest.image() != null, guest.cloneFrom() != null));
    }

    /** The fields that are not taken from the class because the guest says what it is made from. */
    private static Set<String> origins(String origin, boolean fromOrigin, boolean cloned) {
        return cloned ? Set.of(origin) : fromOrigin ? Set.of(origin, "cloneFrom") : Set.of();
    }

    private static Object merged(Object own, Object defaults, Set<String> notInherited) {
        Shape shape = SHAPES.get(own.getClass());
        List<String> names = shape.names();
        @Nullable Object[] values = new Object[names.size()];
        for (int i = 0; i < values.length; i++) {
            Object mine = shape.value(own, i);
            Object inherited = notInherited.contains(names.get(i)) ? null : shape.value(defaults, i);
            values[i] = inherited == null || isEmpty(inherited) ? mine : merged(mine, inherited);
        }
        return shape.make(values);
    }

    private static Object merged(@Nullable Object mine, Object inherited) {
        if (mine == null || isEmpty(mine)) {
            return inherited;
        }
        boolean object =
                mine instanceof Record && mine.getClass().getPackageName().equals(OBJECTS);
        return object ? merged(mine, inherited, Set.of()) : mine;
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Collection<?> many && many.isEmpty() || value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** How records of a type are taken apart and made. */
    private record Shape(List<String> names, List<Method> accessors, Constructor<?> constructor) {

        static Shape of(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                return new Shape(
                        Arrays.stream(components).map(RecordComponent::getName).toList(),
                        Arrays.stream(components)
                                .map(RecordComponent::getAccessor)
                                .toList(),
                        type.getDeclaredConstructor(types));
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("every record has a canonical constructor", e);
            }
        }

        @Nullable
        Object value(Object whole, int index) {
            try {
                return accessors.get(index).invoke(whole);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(names.get(index) + " of " + whole.getClass() + " cannot be read", e);
            }
        }

        Object make(@Nullable Object[] values) {
            try {
                return constructor.newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a record of " + names + " cannot be made", e);
            }
        }
    }
}
