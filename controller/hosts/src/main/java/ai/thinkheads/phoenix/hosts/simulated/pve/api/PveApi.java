package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestFiles;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests as Proxmox VE does. What is looked at comes in its order: who asks, whether there is such a method, whether a
 * token may call it, whether the caller may, the parameters all at once, and then what the method itself finds ({@code
 * PVE/HTTPServer.pm:rest_handler}).
 */
public final class PveApi {

    private final Ground ground;
    private final Access access;
    private final List<Route> routes = new ArrayList<>();

    /**
     * Puts the API before a machine. It is that of the version of Proxmox VE that is on it now, 8.4 or 9.
     *
     * @param rootPassword of {@code root@pam}; empty when nobody can log in with one
     * @param workers where tasks run
     */
    public PveApi(SimulatedHost host, HostClock clock, RandomGenerator random, String rootPassword, Executor workers) {
        String node = host.console().state().node().hostname();
        Release release = Release.of(host.console().state().node().version());
        this.access = new Access(clock, random, rootPassword, release, host.extras());
        this.ground = new Ground(
                host,
                clock,
                access,
                new ApiTasks(clock, workers, node, host.extras()),
                new GuestBook(host.extras()),
                node,
                release);
        Backups kept = new Backups(ground);
        FirewallCalls firewall = new FirewallCalls(host.extras());
        GuestCalls containers = new GuestCalls(ground, Flavour.CONTAINER, kept, firewall);
        GuestCalls machines = new GuestCalls(ground, Flavour.MACHINE, kept, firewall);
        routes.addAll(new ClusterCalls(
                        ground, new GuestViews(ground, Flavour.CONTAINER), new GuestViews(ground, Flavour.MACHINE))
                .routes());
        routes.addAll(new AccessCalls(access).routes());
        routes.addAll(new NodeCalls(ground).routes());
        routes.addAll(containers.routes());
        routes.addAll(machines.routes());
        routes.addAll(firewall.routes(Flavour.CONTAINER));
        routes.addAll(firewall.routes(Flavour.MACHINE));
        routes.addAll(new BackupCalls(ground, kept).routes());
        routes.addAll(new StorageCalls(ground, kept).routes());
        routes.addAll(new NetworkCalls(ground).routes());
        routes.addAll(new DiskCalls(ground).routes());
        routes.replaceAll(release::route);
    }

    /** All calls that there are. */
    List<Route> routes() {
        return List.copyOf(routes);
    }

    /** The name of the one node. */
    public String node() {
        return ground.node();
    }

    /**
     * Lets a token in.
     *
     * @param id {@code root@pam!phoenix}
     * @param separate whether it may do only what it was given itself
     */
    public void addToken(String id, String secret, boolean separate) {
        access.addToken(id, secret, separate);
    }

    /** The guests' files as this API keeps them, for the machine's command line. */
    public GuestFiles guestFiles() {
        GuestFiles own = SimulatedCommands.guestFiles(ground.host());
        return new GuestFiles() {
            @Override
            public Map<String, String> texts(HostState state) {
                Map<String, String> all = new TreeMap<>();
                state.containers().values().forEach(each -> put(all, Flavour.CONTAINER, each));
                state.virtualMachines().values().forEach(each -> put(all, Flavour.MACHINE, each));
                return all;
            }

            private void put(Map<String, String> all, Flavour flavour, Guests.Observed<? extends GuestConfig> guest) {
                all.put(
                        "/etc/pve/" + flavour.folder() + "/" + guest.vmid() + ".conf",
                        ground.book().text(guest));
            }

            @Override
            public void written(String path, @Nullable String text) {
                own.written(path, text);
            }
        };
    }

    /** Answers; every refusal is an answer too. */
    public ApiAnswer answer(ApiRequest request) {
        try {
            return routed(request);
        } catch (ApiError e) {
            return ApiAnswer.refused(e);
        } catch (HostException e) {
            return ApiAnswer.refused(ApiError.die(e.getMessage()));
        } catch (RuntimeException e) {
            // A defect of this model; the caller is to see it, and the machine goes on.
            return ApiAnswer.refused(ApiError.die("the simulated machine failed: " + e));
        }
    }

    private ApiAnswer routed(ApiRequest request) {
        boolean login = request.method().equals("POST") && request.path().equals("/access/ticket");
        boolean token = request.headers().getOrDefault("authorization", "").startsWith("PVEAPIToken=");
        Caller caller = login && !token ? new Caller("", null) : access.authenticate(request);
        List<String> parts = List.of(request.path().replaceFirst("^/+", "").split("/"));
        for (Route route : routes) {
            Map<String, String> vars = route.match(request.method(), parts);
            if (vars != null) {
                return called(route, new Call(request, vars, caller));
            }
        }
        throw ApiError.unknown(request.method(), request.path());
    }

    private ApiAnswer called(Route route, Call call) {
        if (!route.tokens() && call.caller().token() != null) {
            throw ApiError.forbidden("API token not allowed");
        }
        String vmid = call.in("vmid");
        if (vmid.isEmpty() || vmid.matches("[1-9]\\d{2,8}")) {
            route.allowed().check(call, access);
        }
        String node = call.in("node");
        if (!node.isEmpty() && !node.equals(ground.node()) && !node.equals("localhost")) {
            throw ApiError.die("hostname lookup '" + node + "' failed - failed to get address info for: " + node
                    + ": Name or service not known");
        }
        Map<String, String> errors = new TreeMap<>(route.rules().check(call.params()));
        if (!vmid.isEmpty() && !vmid.matches("[1-9]\\d{2,8}")) {
            errors.put("vmid", "invalid format - value does not look like a valid VM ID\n");
        }
        if (!errors.isEmpty()) {
            throw ApiError.params(errors);
        }
        return route.handler().answer(call);
    }
}
