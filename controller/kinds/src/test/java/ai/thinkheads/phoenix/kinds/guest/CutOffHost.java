package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.port.Node;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A driver whose hosts write down every change and cut the caller off before or after a chosen one, as a crash would. */
final class CutOffHost implements HostDriver {

    /** The crash. It is no failure that anything in Phoenix expects. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final Set<String> READS = Set.of("read", "kind", "probe", "unenforced", "warnings");

    private final HostDriver driver;
    final List<String> changes = new ArrayList<>();
    final List<GuestShell.Command> commands = new ArrayList<>();
    private int countdown = -1;
    private boolean after;

    CutOffHost(HostDriver driver) {
        this.driver = driver;
    }

    /** Crashes at the change of that number from now, counted from 0: before it is made, or when it has been. */
    void crashAt(int change, boolean whenDone) {
        countdown = change;
        after = whenDone;
    }

    /** Answers whether the crash has not come. */
    boolean calm() {
        boolean still = countdown >= 0;
        countdown = -1;
        return still;
    }

    @Override
    public HypervisorSpec.Driver driver() {
        return driver.driver();
    }

    @Override
    public Host open(String name, HypervisorSpec spec, Map<String, String> credentials) {
        Host host = driver.open(name, spec, credentials);
        return wrap(Host.class, host, (proxy, method, args) -> {
            Object answer = invoke(host, method, args);
            return switch (method.getName()) {
                case "containers", "virtualMachines" -> recorded(Guests.class, answer);
                case "node" -> recorded(Node.class, answer);
                case "shell" -> recorded(GuestShell.class, answer);
                default -> answer;
            };
        });
    }

    private <T> T recorded(Class<T> type, @Nullable Object target) {
        return wrap(type, target, (proxy, method, args) -> {
            boolean looks = READS.contains(method.getName());
            if (args != null && args[0] instanceof GuestShell.Command command) {
                commands.add(command);
                looks = command.readOnly();
            }
            if (looks) {
                return invoke(target, method, args);
            }
            boolean now = countdown == 0;
            countdown = Math.max(-1, countdown - 1);
            if (now && !after) {
                throw new Crash();
            }
            Object answer = invoke(target, method, args);
            changes.add(method.getName());
            if (now) {
                throw new Crash();
            }
            return answer;
        });
    }

    private static <T> T wrap(Class<T> type, @Nullable Object target, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object invoke(
            @Nullable Object target, java.lang.reflect.Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
