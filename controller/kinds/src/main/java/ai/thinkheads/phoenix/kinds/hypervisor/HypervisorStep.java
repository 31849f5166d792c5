package ai.thinkheads.phoenix.kinds.hypervisor;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.kinds.guest.FeatureWish;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What can be done about the machine itself. */
public sealed interface HypervisorStep extends Step {

    /** Where it is done. */
    Place on();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    @Override
    default List<Lock> locks() {
        return on().locks("node");
    }

    /** Puts Phoenix's mark on the machine. */
    record Adopt(Place on, Mark mark) implements HypervisorStep {

        @Override
        public String field() {
            return "metadata";
        }

        @Override
        public String action() {
            return "take over host " + on.hypervisor();
        }

        @Override
        public String operation() {
            return "adopted";
        }
    }

    /** Sets the host name. */
    record SetHostname(Place on, String from, String to) implements HypervisorStep {

        @Override
        public String field() {
            return "spec.hostname";
        }

        @Override
        public String action() {
            return "change host name from " + from + " to " + to;
        }

        @Override
        public String operation() {
            return "set-hostname";
        }
    }

    /** Sets the time zone. */
    record SetTimezone(Place on, String from, String to) implements HypervisorStep {

        @Override
        public String field() {
            return "spec.timezone";
        }

        @Override
        public String action() {
            return "change time zone from " + from + " to " + to;
        }

        @Override
        public String operation() {
            return "set-timezone";
        }
    }

    /**
     * Sets the resolver.
     *
     * @param changes in a person's words
     */
    record SetDns(
            Place on,
            String field,
            List<String> servers,
            @Nullable String domain,
            String changes) implements HypervisorStep {

        @Override
        public String action() {
            return "change " + changes + " of the host's name resolution";
        }

        @Override
        public String operation() {
            return "set-dns";
        }
    }

    /** Installs packages that are missing. */
    record InstallPackages(Place on, Set<String> packages) implements HypervisorStep {

        @Override
        public String field() {
            return "spec.packages";
        }

        @Override
        public String action() {
            return "install " + Words.list(new TreeSet<>(packages));
        }

        @Override
        public String operation() {
            return "install-packages";
        }

        @Override
        public List<Lock> locks() {
            return on.locks("apt");
        }
    }

    /** Sets the upper bound of the ARC. */
    record SetArcMax(Place on, ByteSize from, ByteSize to) implements HypervisorStep {

        @Override
        public String field() {
            return "spec.zfs.arcMax";
        }

        @Override
        public String action() {
            return "change upper bound of the ARC from " + from + " to " + to;
        }

        @Override
        public String operation() {
            return "set-arc-max";
        }
    }

    /**
     * Puts a feature in place: check, install when the check fails, check again; then the mark says so.
     *
     * @param before what the mark says now; null for nothing
     */
    record EnsureFeature(
            Place on, FeatureWish feature, @Nullable String before) implements HypervisorStep {

        @Override
        public String field() {
            return feature.field();
        }

        @Override
        public String action() {
            String name = feature.name() + " " + feature.version();
            if (before == null) {
                return "install feature " + name;
            }
            String version = FeatureWish.versionOf(before);
            if (before.equals(feature.stamp())) {
                return "check feature " + name + " again";
            }
            return version.equals(feature.version())
                    ? "install feature " + name + " with its other parameters or scripts"
                    : "change feature " + feature.name() + " from " + version + " to " + feature.version();
        }

        @Override
        public String operation() {
            return "install-feature";
        }

        @Override
        public List<Lock> locks() {
            return on.locks("apt");
        }
    }

    /**
     * Takes a feature away that is no longer listed.
     *
     * @param former what is known of it; null when its Feature resource is gone too, and then only the mark forgets it
     */
    record RemoveFeature(Place on, String name, @Nullable FeatureWish former) implements HypervisorStep {

        @Override
        public String field() {
            return "spec.features";
        }

        @Override
        public String action() {
            boolean script = former != null && former.spec().remove() != null;
            return script ? "remove feature " + name : "forget feature " + name + ", which has no script to remove it";
        }

        @Override
        public String operation() {
            return "remove-feature";
        }

        @Override
        public List<Lock> locks() {
            return on.locks("apt");
        }
    }

    /** Notes in the mark that features were checked again as somebody has asked. */
    record NoteChecked(Place on, String at) implements HypervisorStep {

        @Override
        public String field() {
            return "metadata.annotations";
        }

        @Override
        public String action() {
            return "note that the features were checked as asked at " + at;
        }

        @Override
        public String operation() {
            return "mark-host";
        }
    }

    /** Notes in the mark that a reboot has done what it was for. */
    record NoteRebooted(Place on) implements HypervisorStep {

        @Override
        public String field() {
            return "spec.rebootPolicy";
        }

        @Override
        public String action() {
            return "note that the reboot is done";
        }

        @Override
        public String operation() {
            return "mark-host";
        }
    }

    /**
     * Reboots the machine.
     *
     * @param fact what the mark says from then on, so that the same reason does not reboot it again and again
     */
    record Reboot(Place on, String why, String fact) implements HypervisorStep {

        @Override
        public String field() {
            return "spec.rebootPolicy";
        }

        @Override
        public String action() {
            return "reboot the host, with all of its guests: " + why;
        }

        @Override
        public Effect effect() {
            return Effect.REBOOT;
        }

        @Override
        public String operation() {
            return "reboot";
        }

        @Override
        public List<Lock> locks() {
            return on.locks("node", "apt", "gpu", "network", "storage-cfg");
        }
    }
}
