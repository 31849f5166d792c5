package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.ManifestSet;
import ai.thinkheads.phoenix.daemon.apply.RefusedException;
import ai.thinkheads.phoenix.engine.store.StoreException;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Does what a scenario says, and keeps in mind what clients were promised. */
final class Deeds {

    private static final Pattern CONSENT = Pattern.compile("consent: ([^)\\s]+)\\)");
    private static final Duration PATIENCE = Duration.ofSeconds(7);
    private static final int MOST_TRIES = 60;

    private final World world;
    private final Hands hands;
    /** The manifest that was last acknowledged, by resource. */
    private final Map<ResourceKey, String> wanted = new LinkedHashMap<>();

    /** What was acknowledged before the state was deleted. */
    private final Map<ResourceKey, String> lost = new LinkedHashMap<>();

    Deeds(World world) {
        this.world = world;
        this.hands = new Hands(world);
    }

    void perform(Op op) {
        switch (op) {
            case Op.Apply apply -> apply(apply.manifests());
            case Op.Delete delete -> delete(key(delete.key()));
            case Op.Annotate annotate -> annotate(key(annotate.key()), annotate.name(), annotate.value());
            case Op.Agree agree -> agree(key(agree.key()));
            case Op.Hand hand -> world.strands().start("person", () -> hands.perform(hand));
            case Op.Break fault -> {
                if (world.driver().isOpen(World.HOST)) {
                    world.driver()
                            .faults(World.HOST)
                            .fail(fault.operation(), fault.type(), fault.after(), fault.times());
                }
            }
            case Op.Stale stale -> world.stale(stale.reads(), stale.torn());
            case Op.StoreFails fails -> world.storeFails(fails.writes(), fails.afterwards());
            case Op.Kill kill -> {
                world.kill(kill.keepState());
                bootLater(kill);
            }
            case Op.Die die ->
                world.dieAt(die.call(), () -> world.strands().startAfter("boot", die.down(), this::boot));
            case Op.PowerCycle cycle ->
                world.strands().start("person", () -> hands.perform(new Op.Hand("power-cycle", "", 0)));
            case Op.Push push -> world.git().push(push.manifests(), push.rewritten());
            case Op.PushNonsense push -> world.git().pushNonsense();
            case Op.GitFails fails -> world.git().fail(fails.times());
        }
    }

    private void bootLater(Op.Kill kill) {
        if (!kill.keepState()) {
            // Nothing is promised any more, and whoever did it asks for the same again.
            lost.putAll(wanted);
            wanted.clear();
        }
        world.strands().startAfter("boot", kill.down(), this::boot);
    }

    private void boot() {
        if (world.controller() == null) {
            world.boot();
        }
        // Whoever deletes the state directory applies the manifests again.
        apply(List.copyOf(lost.values()));
        lost.clear();
    }

    static ResourceKey key(String text) {
        int slash = text.indexOf('/');
        return new ResourceKey(text.substring(0, slash), text.substring(slash + 1));
    }

    /** A client that tries again while there is no controller, or one that dies or cannot write. */
    private void client(String name, Consumer<Controller> request) {
        world.strands().start(name, () -> {
            for (int i = 0; i < MOST_TRIES; i++) {
                Controller controller = world.controller();
                if (controller != null && attempt(name, controller, request)) {
                    return;
                }
                world.strands().sleep(PATIENCE);
            }
            world.invariants().violated(Invariant.CONVERGES, name + ": no answer after " + MOST_TRIES + " tries");
        });
    }

    private boolean attempt(String name, Controller controller, Consumer<Controller> request) {
        try {
            request.accept(controller);
            world.coverage().count(Coverage.Part.CLIENT, name.split(" ", 2)[0]);
            return true;
        } catch (RefusedException e) {
            world.coverage().count(Coverage.Part.CLIENT, "refused");
            world.trace("client", name + " is refused: " + e.getMessage());
            return true;
        } catch (StoreException.NotFound e) {
            world.trace("client", name + ": not found");
            return true;
        } catch (Killed | StoreException e) {
            world.coverage().count(Coverage.Part.CLIENT, "to be tried again");
            return false;
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof Killed) {
                return false;
            }
            throw e;
        }
    }

    private void apply(List<String> manifests) {
        if (manifests.isEmpty()) {
            return;
        }
        client("apply", controller -> {
            Map<ResourceKey, String> texts = new LinkedHashMap<>();
            manifests.forEach(text -> texts.put(Parsed.resource(text).key(), text));
            ManifestSet set = new ManifestSet(
                    texts.values().stream()
                            .map(text -> new ManifestSet.Item(Parsed.resource(text), ""))
                            .toList(),
                    null,
                    null,
                    false,
                    false);
            Applier.Prepared prepared = controller.applier().prepare(set);
            List<Applier.Stored> stored = controller.applier().store(prepared, set);
            boolean whole = true;
            for (Applier.Stored each : stored) {
                if (each.failure() == null) {
                    wanted.put(each.key(), String.valueOf(texts.get(each.key())));
                } else {
                    world.trace("client", "apply " + each.key() + ": " + each.failure());
                    whole = false;
                }
            }
            if (!whole) {
                throw new StoreException.Unavailable("not all of it was stored", null);
            }
        });
    }

    private void delete(ResourceKey key) {
        client("delete " + key, controller -> {
            wanted.remove(key);
            controller.writes().delete(key, 0, false);
        });
    }

    private void annotate(ResourceKey key, String name, @Nullable String value) {
        client("annotate " + key, controller -> {
            Resource<?, ?> stored = controller.store().get(key).orElseThrow(() -> new StoreException.NotFound(key));
            ObjectMetaBuilder metadata = new ObjectMetaBuilder(stored.metadata());
            if (value == null) {
                metadata.removeFromAnnotations(name);
            } else {
                metadata.addToAnnotations(name, value);
            }
            controller.writes().replace(stored.withMetadata(metadata.build()), false);
        });
    }

    private void agree(ResourceKey key) {
        Optional<Resource<?, ?>> stored = world.stored().items().stream()
                .filter(each -> each.key().equals(key))
                .<Resource<?, ?>>map(each -> each)
                .findFirst();
        Set<String> words = new TreeSet<>();
        stored.ifPresent(each -> {
            for (PlannedStep step : each.status().plan()) {
                if (step.consent() != null) {
                    words.add(step.consent());
                }
            }
            for (Condition condition : each.status().conditions()) {
                Matcher matcher = CONSENT.matcher(String.valueOf(condition.getMessage()));
                while (matcher.find()) {
                    words.add(matcher.group(1));
                }
            }
        });
        if (!words.isEmpty()) {
            annotate(key, Annotations.CONSENT, String.join(",", words));
        }
    }

    /** Faults and people stop; whatever was put on hold goes on. */
    void heal() {
        world.live();
        boot();
        world.stale(0, false);
        world.storeFails(0, false);
        world.git().fail(0);
        world.git().mend();
        if (world.driver().isOpen(World.HOST)) {
            world.driver().faults(World.HOST).clear();
        }
        world.strands().start("person", hands::heal);
        for (Resource<?, ?> each : world.stored().items()) {
            if (each.annotation(Annotations.PAUSED).isPresent()) {
                annotate(each.key(), Annotations.PAUSED, null);
            }
        }
    }

    /** Everything that was promised is asked for once more, as it was. */
    void applyAll() {
        apply(new ArrayList<>(wanted.values()));
    }

    /** What was acknowledged and is not stored, or is at Git's head and not in force. */
    List<String> forgotten() {
        List<String> forgotten = new ArrayList<>();
        Map<ResourceKey, Resource<?, ?>> stored = new LinkedHashMap<>();
        world.stored().items().forEach(each -> stored.put(each.key(), each));
        wanted.keySet().stream()
                .filter(key -> !stored.containsKey(key))
                .forEach(key -> forgotten.add(key + " was applied and is not stored"));
        boolean git = stored.values().stream()
                .anyMatch(each -> each.kind() == Kinds.GIT_REPOSITORY && each.has(Conditions.READY));
        if (git) {
            for (String text : world.git().head()) {
                ResourceKey key = Parsed.resource(text).key();
                Resource<?, ?> found = stored.get(key);
                if (found == null
                        || found.annotation(Annotations.GIT_REPOSITORY).isEmpty()) {
                    forgotten.add(key + " is at Git's head and not in force");
                }
            }
        }
        return forgotten;
    }
}
