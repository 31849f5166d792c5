/** ZfsDataset: plans and makes file systems in pools, with properties compared by what they mean. */
@NullMarked
package ai.thinkheads.phoenix.kinds.zfsdataset;

import org.jspecify.annotations.NullMarked;
