package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The driver as one incarnation of the controller has it: before and after every call it may die, and another may go on. */
final class HostProbe implements HostDriver {

    private static final Map<String, Class<?>> PORTS = Map.of(
            "node", Node.class,
            "zfsPools", ZfsPools.class,
            "zfsDatasets", ZfsDatasets.class,
            "storages", Storages.class,
            "networks", Networks.class,
            "gpus", Gpus.class,
            "templates", Templates.class,
            "containers", Guests.class,
            "virtualMachines", Guests.class,
            "shell", GuestShell.class);
    private static final Set<String> NO_CALLS = Set.of(
            "close", "counters", "capabilities", "kind", "volumeId", "warnings", "toString", "hashCode", "equals");
    private static final Set<String> LOOKS = Set.of("read", "probe", "staged", "unenforced");

    private final SimulatedHostDriver driver;
    private final World world;
    private final Incarnation life;
    private final Bugs bugs;

    HostProbe(SimulatedHostDriver driver, World world, Incarnation life, Bugs bugs) {
        this.driver = driver;
        this.world = world;
        this.life = life;
        this.bugs = bugs;
    }

    @Override
    public HypervisorSpec.Driver driver() {
        return driver.driver();
    }

    @Override
    public Host open(String name, HypervisorSpec spec, Map<String, String> credentials) {
        life.live();
        return wrap(Host.class, "host", driver.open(name, spec, credentials));
    }

    private <T> T wrap(Class<T> type, String port, Object target) {
        Map<String, Object> parts = new HashMap<>();
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            String name = method.getName();
            if (NO_CALLS.contains(name)) {
                return invoke(target, method, args);
            }
            Class<?> part = target instanceof Host ? PORTS.get(name) : null;
            if (part != null) {
                Object known = parts.get(name);
                if (known == null) {
                    known = wrap(part, name, invokeFully(target, method, args));
                    parts.put(name, known);
                }
                return known;
            }
            return bugs.call(
                    port, name, args == null ? new Object[0] : args, given -> call(port, target, method, given));
        }));
    }

    private Object invokeFully(Object target, Method method, @Nullable Object @Nullable [] args) {
        Object answer = invoke(target, method, args);
        if (answer == null) {
            throw new IllegalStateException(method + " answered nothing");
        }
        return answer;
    }

    private @Nullable Object call(String port, Object target, Method method, @Nullable Object[] args) {
        String name = method.getName();
        boolean looks = LOOKS.contains(name)
                || (args.length > 0 && args[0] instanceof GuestShell.Command command && command.readOnly());
        for (Object each : args) {
            if (each instanceof GuestShell.Command command) {
                world.invariants().visible("argument of " + port + "." + name, String.valueOf(command.argv()));
            } else if (each instanceof String text) {
                world.invariants().visible("argument of " + port + "." + name, text);
            }
        }
        String words = port + "." + name + (args.length > 0 && isShort(args[0]) ? " " + args[0] : "");
        world.point(life, words);
        String outcome = "killed";
        try {
            Object answer = invoke(target, method, args);
            outcome = "ok";
            world.coverage().count(Coverage.Part.ANSWER, "ok");
            if (answer instanceof HostState state) {
                answer = world.seen(state);
            }
            return answer;
        } catch (HostException e) {
            outcome = String.valueOf(e.why());
            world.coverage().count(Coverage.Part.ANSWER, Expected.word(e.why()));
            world.invariants().visible("failure of " + words, e.getMessage());
            throw e;
        } finally {
            if (!looks) {
                world.changedHost(words);
            }
            world.trace("host", words + " " + outcome);
            world.point(life, words + " answered");
        }
    }

    private static boolean isShort(@Nullable Object word) {
        return word instanceof Integer || word instanceof String;
    }

    private static @Nullable Object invoke(Object target, Method method, @Nullable Object @Nullable [] args) {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
