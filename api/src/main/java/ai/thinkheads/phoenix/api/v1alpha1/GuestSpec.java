package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What containers and virtual machines have in common. */
public sealed interface GuestSpec extends Spec permits LxcContainerSpec, VirtualMachineSpec {

    /** The guest's number on the host; null for the lowest free one. */
    @Nullable
    Integer vmid();

    /** The {@code GuestClass} with this guest's defaults. */
    @Nullable
    String guestClass();

    @Nullable
    Boolean isTemplate();

    @Nullable
    Integer cores();

    @Nullable
    ByteSize memory();

    @Nullable
    GuestNetwork network();

    @Nullable
    Startup startup();

    @Nullable
    RunPolicy runPolicy();

    List<Snapshot> snapshots();

    @Nullable
    Provision provision();

    List<HealthCheck> healthChecks();

    /** The guest that this one is a clone of; null when it is made from a template or an image. */
    @Nullable
    CloneFrom cloneFrom();

    /** Whether clones are made of this guest and it never runs. */
    default boolean servesAsTemplate() {
        return Boolean.TRUE.equals(isTemplate());
    }
}
