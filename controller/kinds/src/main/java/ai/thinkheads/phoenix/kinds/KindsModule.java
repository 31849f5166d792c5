package ai.thinkheads.phoenix.kinds;

import ai.thinkheads.phoenix.kinds.cloudimage.CloudImageModule;
import ai.thinkheads.phoenix.kinds.feature.FeatureModule;
import ai.thinkheads.phoenix.kinds.gpudriver.GpuDriverModule;
import ai.thinkheads.phoenix.kinds.guest.GuestModule;
import ai.thinkheads.phoenix.kinds.guestclass.GuestClassModule;
import ai.thinkheads.phoenix.kinds.host.HostModule;
import ai.thinkheads.phoenix.kinds.hypervisor.HypervisorModule;
import ai.thinkheads.phoenix.kinds.lxccontainer.LxcContainerModule;
import ai.thinkheads.phoenix.kinds.lxctemplate.LxcTemplateModule;
import ai.thinkheads.phoenix.kinds.networkbridge.NetworkBridgeModule;
import ai.thinkheads.phoenix.kinds.secret.SecretModule;
import ai.thinkheads.phoenix.kinds.secret.SecretSources;
import ai.thinkheads.phoenix.kinds.storagepool.StoragePoolModule;
import ai.thinkheads.phoenix.kinds.virtualmachine.VirtualMachineModule;
import ai.thinkheads.phoenix.kinds.zfsdataset.ZfsDatasetModule;
import ai.thinkheads.phoenix.kinds.zfspool.ZfsPoolModule;
import com.google.inject.AbstractModule;

/**
 * Every kind that lives on hosts or in the controller: adding one is one line here. The drivers, the vault and the clock come from
 * whoever installs this.
 */
public final class KindsModule extends AbstractModule {

    private final SecretModule secrets;

    /** Every kind as on a real machine. */
    public KindsModule() {
        this.secrets = new SecretModule();
    }

    /** The same with values of Secrets that come from somewhere else than the machine. */
    public KindsModule(SecretSources sources) {
        this.secrets = new SecretModule(sources);
    }

    @Override
    protected void configure() {
        install(new HostModule());
        install(new HypervisorModule());
        install(new NetworkBridgeModule());
        install(new ZfsPoolModule());
        install(new ZfsDatasetModule());
        install(new StoragePoolModule());
        install(new GpuDriverModule());
        install(new LxcTemplateModule());
        install(new CloudImageModule());
        install(new GuestModule());
        install(new LxcContainerModule());
        install(new VirtualMachineModule());
        install(new GuestClassModule());
        install(new FeatureModule());
        install(secrets);
    }
}
