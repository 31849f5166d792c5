/** StoragePool: plans and defines the storages of a host; the content of a storage is never touched. */
@NullMarked
package ai.thinkheads.phoenix.kinds.storagepool;

import org.jspecify.annotations.NullMarked;
