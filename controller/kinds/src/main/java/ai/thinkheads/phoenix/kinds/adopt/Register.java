package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.hosts.port.Mark;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What was read so far: which resource stands for which object, and what was left out. */
final class Register {

    /** Makes the spec of an object under the name that its resource has. */
    @FunctionalInterface
    interface Writer<S extends Spec> {
        S write(String name, List<String> notes);
    }

    /**
     * An object of the host.
     *
     * @param id what the host calls it: a name, a number, a volume id
     * @param words what it is called in messages
     * @param wish the name that a resource for it would best have
     * @param hint what tells it from others of that name
     */
    record Thing(
            String id,
            String words,
            String wish,
            String hint,
            @Nullable Mark mark) {}

    private final Predicate<ResourceKey> isStored;
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, String> reasons = new HashMap<>();
    private final Map<ResourceKey, String> given = new HashMap<>();
    private final List<Adoption.Entry> entries = new ArrayList<>();
    private final List<Adoption.LeftOut> leftOut = new ArrayList<>();
    private final List<Adoption.Managed> managed = new ArrayList<>();

    /**
     * @param isStored whether there is a resource of that key already
     */
    Register(Predicate<ResourceKey> isStored) {
        this.isStored = isStored;
    }

    Adoption adoption() {
        return new Adoption(entries, leftOut, managed);
    }

    /** That object is a stored resource's. */
    void managed(Thing thing, ResourceKey key) {
        managed.add(new Adoption.Managed(thing.words(), key));
        names.put(key.kind() + " " + thing.id(), key.name());
    }

    /** That object is left out. */
    void leaveOut(Kind<?, ?> kind, Thing thing, String reason) {
        leftOut.add(new Adoption.LeftOut(kind.name(), thing.words(), reason));
        reasons.put(kind.name() + " " + thing.id(), thing.words() + " is left out: " + reason);
    }

    /** Makes a manifest of an object, or leaves it out when there is no manifest for it. */
    <S extends Spec, F extends Facts> void add(Kind<S, F> kind, Thing thing, Writer<S> writer) {
        try {
            String name = name(kind, thing);
            List<String> notes = new ArrayList<>();
            Resource<S, F> resource = new Resource<>(
                    kind, new ObjectMetaBuilder().withName(name).build(), writer.write(name, notes), Status.unknown());
            entries.add(new Adoption.Entry(checked(resource), thing.words(), notes));
            names.put(kind.name() + " " + thing.id(), name);
            given.put(resource.key(), thing.id());
        } catch (InexpressibleException e) {
            leaveOut(kind, thing, e.reason());
        } catch (IllegalArgumentException e) {
            leaveOut(kind, thing, String.valueOf(e.getMessage()));
        }
    }

    /** The name of the resource that stands for an object. */
    String reference(Kind<?, ?> kind, String id, String words) {
        String name = names.get(kind.name() + " " + id);
        if (name == null) {
            String reason = reasons.get(kind.name() + " " + id);
            throw new InexpressibleException(
                    reason == null ? "it uses " + words + ", which the host does not have" : "it uses " + reason);
        }
        return name;
    }

    /** The same; null when none stands for it. */
    @Nullable
    String known(Kind<?, ?> kind, String id) {
        return names.get(kind.name() + " " + id);
    }

    /** Whether there is, or will be, such a resource. */
    boolean exists(Kind<?, ?> kind, String name) {
        ResourceKey key = new ResourceKey(kind.name(), name);
        return isStored.test(key) || given.containsKey(key);
    }

    /** The reader that manifests of people go through decides whether it is one. */
    static Resource<?, ?> checked(Resource<?, ?> resource) {
        try {
            ObjectNode tree = ResourceCodec.tree(resource);
            tree.remove("status");
            return ManifestReader.readTree(tree, true);
        } catch (ManifestException e) {
            throw new InexpressibleException(String.join(
                    "; ",
                    e.problems().stream()
                            .map(problem -> problem.field() + ": " + problem.message())
                            .toList()));
        }
    }

    /** A name that no resource of that kind has; the one in the mark where there is one. */
    private String name(Kind<?, ?> kind, Thing thing) {
        Mark mark = thing.mark();
        if (mark != null) {
            String prefix = kind.name() + "/";
            String owner = mark.owner();
            String marked = owner.startsWith(prefix) ? owner.substring(prefix.length()) : "";
            if (!marked.equals(ResourceNames.of(marked, ""))) {
                throw new InexpressibleException("it carries the mark of '" + owner + "', which is no " + kind.name()
                        + "; take the mark off it first");
            }
            if (exists(kind, marked)) {
                throw new InexpressibleException("it carries the mark of " + owner
                        + ", which is another object; take the mark off one of the two");
            }
            return marked;
        }
        String plain = ResourceNames.of(thing.wish(), kind.singular());
        if (!exists(kind, plain)) {
            return plain;
        }
        String further = ResourceNames.of(thing.hint().isEmpty() ? plain : plain + "-" + thing.hint(), plain);
        String name = further;
        for (int i = 2; exists(kind, name); i++) {
            name = ResourceNames.of(further, "").substring(0, Math.min(further.length(), 58)) + "-" + i;
        }
        return name;
    }
}
