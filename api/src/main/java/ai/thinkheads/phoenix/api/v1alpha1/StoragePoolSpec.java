package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place that guests' disks, templates, images and backups are kept in: a storage of Proxmox. */
public record StoragePoolSpec(
        @JsonPropertyDescription("Hypervisor the storage is on. Default: the only one.") @Nullable
        String hypervisor,

        @JsonPropertyDescription("Identifier of the storage on the host. Default: the resource's name.")
        @Pattern(
                regexp = "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]",
                message = "must be a storage identifier of at least two characters")
        @Nullable
        String storageId,

        @NotNull @JsonPropertyDescription("What kind of storage it is.")
        Type type,

        @NotNull @Valid @JsonPropertyDescription("Where its content lies.")
        Target target,

        @NotEmpty @JsonPropertyDescription("What may be kept in it.")
        List<@NotNull Content> content,

        @JsonPropertyDescription("Whether volumes take space only as they fill, for zfspool. Default: true.") @Nullable
        Boolean sparse,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription(
                "What deleting the resource does to the definition; the content always stays. Default: Retain.")
        @Nullable
        DeletionPolicy deletionPolicy)
        implements Spec {

    public StoragePoolSpec {
        content = Lists.copy(content);
        dependsOn = Lists.copy(dependsOn);
    }

    /** Kinds of storage. */
    public enum Type {
        @JsonProperty("zfspool")
        ZFSPOOL,
        @JsonProperty("dir")
        DIR,
        @JsonProperty("nfs")
        NFS,
        @JsonProperty("lvmthin")
        LVMTHIN;

        /** The word for it in manifests and in Proxmox. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What may be kept in a storage, in Proxmox's words. */
    public enum Content {
        @JsonProperty("images")
        IMAGES,
        @JsonProperty("rootdir")
        ROOTDIR,
        @JsonProperty("vztmpl")
        VZTMPL,
        @JsonProperty("iso")
        ISO,
        @JsonProperty("import")
        IMPORT,
        @JsonProperty("backup")
        BACKUP,
        @JsonProperty("snippets")
        SNIPPETS;

        /** The word for it in manifests and in Proxmox. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Where the content of a storage lies; which fields apply depends on the type. */
    public record Target(
            @JsonPropertyDescription("ZfsPool resource, for zfspool on the root of a pool.") @Nullable
            String pool,

            @JsonPropertyDescription("ZfsDataset resource, for zfspool, or for dir at its mount point.") @Nullable
            String dataset,

            @JsonPropertyDescription("Directory, for dir without a dataset.")
            @Pattern(regexp = Names.ABSOLUTE_PATH, message = Names.ABSOLUTE_PATH_MESSAGE)
            @Nullable
            String path,

            @JsonPropertyDescription("NFS server, for nfs.")
            @Pattern(regexp = "[A-Za-z0-9.:-]+", message = "must be a host name or an address")
            @Nullable
            String server,

            @JsonPropertyDescription("Exported path, for nfs.")
            @Pattern(regexp = Names.ABSOLUTE_PATH, message = Names.ABSOLUTE_PATH_MESSAGE)
            @Nullable
            String export,

            @JsonPropertyDescription("Mount options, for nfs.") @Nullable
            String options,

            @JsonPropertyDescription("LVM volume group, for lvmthin.")
            @Pattern(regexp = "[A-Za-z0-9_+.][A-Za-z0-9_+.-]*", message = "must be an LVM name")
            @Nullable
            String volumeGroup,

            @JsonPropertyDescription("Thin pool, for lvmthin.")
            @Pattern(regexp = "[A-Za-z0-9_+.][A-Za-z0-9_+.-]*", message = "must be an LVM name")
            @Nullable
            String thinPool) {}

    @Override
    public List<Reference> references() {
        List<Reference> references = new ArrayList<>();
        if (target != null && target.pool() != null) {
            references.add(Reference.ready("spec.target.pool", "ZfsPool", target.pool()));
        }
        if (target != null && target.dataset() != null) {
            references.add(Reference.ready("spec.target.dataset", "ZfsDataset", target.dataset()));
        }
        return references;
    }

    @Override
    public void check(Problems problems) {
        if (type == null || target == null) {
            return;
        }
        boolean complete = switch (type) {
            case ZFSPOOL -> (target.pool() != null) != (target.dataset() != null) && target.path() == null;
            case DIR -> (target.dataset() != null) != (target.path() != null) && target.pool() == null;
            case NFS -> target.server() != null && target.export() != null;
            case LVMTHIN -> target.volumeGroup() != null && target.thinPool() != null;
        };
        if (!complete) {
            problems.add(
                    "spec.target",
                    switch (type) {
                        case ZFSPOOL -> "a zfspool needs either pool or dataset";
                        case DIR -> "a dir needs either dataset or path";
                        case NFS -> "an nfs storage needs server and export";
                        case LVMTHIN -> "an lvmthin storage needs volumeGroup and thinPool";
                    });
        }
        for (int i = 0; i < content.size(); i++) {
            Content each = content.get(i);
            boolean blocks = type == Type.ZFSPOOL || type == Type.LVMTHIN;
            if (blocks && each != Content.IMAGES && each != Content.ROOTDIR && each != null) {
                problems.add(
                        "spec.content[" + i + "]",
                        "a " + type.word() + " keeps images and rootdir only, not " + each.word()
                                + "; use a dir storage for it");
            }
        }
        if (target.path() != null && Names.climbs(target.path())) {
            problems.add("spec.target.path", "the path must not have '.' or '..' in it");
        }
        if (sparse != null && type != Type.ZFSPOOL) {
            problems.add("spec.sparse", "only a zfspool has this");
        }
    }
}
