package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;

/** A port of which nothing can be done without the host's command line, and nothing is seen either. */
final class WithoutShell {

    private WithoutShell() {}

    /** A port whose reads find nothing and whose changes say what to set. */
    static <T> T of(Class<T> port, HostShell shell, String what) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, args) -> {
            if (method.getReturnType() == Optional.class) {
                return Optional.empty();
            }
            if (method.getReturnType() == Map.class) {
                return Map.of();
            }
            if (method.getDeclaringClass() == Object.class) {
                return object(shell, method, args);
            }
            shell.require(what);
            throw new HostException(HostException.Cause.UNSUPPORTED, what + " needs spec.shell");
        }));
    }

    private static Object object(HostShell shell, java.lang.reflect.Method method, Object[] args)
            throws IllegalAccessException, InvocationTargetException {
        return method.invoke(shell, args);
    }
}
