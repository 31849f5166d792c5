package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.util.List;

/** {@code /nodes/{node}/lxc/{vmid}/status} and that of {@code qemu}: {@code PVE/API2/LXC/Status.pm}, {@code PVE/API2/Qemu.pm}. */
final class PowerCalls {

    private final Ground ground;
    private final Flavour flavour;

    PowerCalls(Ground ground, Flavour flavour) {
        this.ground = ground;
        this.flavour = flavour;
    }

    /** The calls of a guest at that path. */
    List<Route> routes(String guest) {
        Rules forced = Rules.of("timeout: int 0..\nforceStop: bool").and(only("skiplock: bool\nkeepActive: bool"));
        Route.Allowed power = Route.any("/vms/{vmid}", "VM.PowerMgmt");
        return List.of(
                Route.of("POST", guest + "/status/start", starting(), power, this::start),
                Route.of("POST", guest + "/status/stop", stopping(), power, this::stop),
                Route.of("POST", guest + "/status/shutdown", forced, power, this::shutdown),
                Route.of("POST", guest + "/status/reboot", Rules.of("timeout: int 0.."), power, this::reboot));
    }

    private Rules only(String machines) {
        return flavour.isContainer() ? Rules.NONE : Rules.of(machines);
    }

    private Rules starting() {
        return Rules.of("skiplock: bool").and(flavour.isContainer() ? Rules.of("debug: bool") : Rules.of("""
                        timeout: int 0..
                        machine: str
                        force-cpu: str
                        stateuri: str
                        """));
    }

    private Rules stopping() {
        return Rules.of("skiplock: bool\noverrule-shutdown: bool").and(only("timeout: int 0..\nkeepActive: bool"));
    }

    private String task(Call call, String type, int vmid, ApiTasks.Work work) {
        return ground.tasks().fork(call.caller(), type, String.valueOf(vmid), work);
    }

    private ApiAnswer start(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.find(flavour, call.vmid());
        if (guest != null && guest.running()) {
            throw ApiError.die(flavour.word() + " " + call.vmid() + " already running");
        }
        return ApiAnswer.of(task(call, flavour.task() + "start", call.vmid(), log -> {
            ground.unlocked(flavour, call.vmid());
            begin(call.vmid());
        }));
    }

    /** Starts a guest, in a task. */
    void begin(int vmid) {
        try {
            ground.guests(flavour).start(vmid);
        } catch (HostException e) {
            throw ApiError.die(e.getMessage().replaceFirst("^(CT|VM) \\d+ cannot start: ", ""));
        }
    }

    private void requireRunning(int vmid) {
        if (!ground.guest(flavour, vmid).running()) {
            throw ApiError.die(flavour.word() + " " + vmid + " not running");
        }
    }

    private ApiAnswer stop(Call call) {
        requireRunning(call.vmid());
        return ApiAnswer.of(task(
                call,
                flavour.task() + "stop",
                call.vmid(),
                log -> ground.guests(flavour).shutdown(call.vmid(), Duration.ZERO)));
    }

    private ApiAnswer shutdown(Call call) {
        requireRunning(call.vmid());
        return ApiAnswer.of(task(
                call,
                flavour.task() + "shutdown",
                call.vmid(),
                log -> ground.guests(flavour).shutdown(call.vmid(), Duration.ofSeconds(call.number("timeout", 60)))));
    }

    private ApiAnswer reboot(Call call) {
        requireRunning(call.vmid());
        return ApiAnswer.of(task(call, flavour.task() + "reboot", call.vmid(), log -> {
            ground.guests(flavour).shutdown(call.vmid(), Duration.ofSeconds(call.number("timeout", 60)));
            begin(call.vmid());
        }));
    }
}
