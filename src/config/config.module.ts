import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { HubConfig } from './config.js';

/** Gives every module the one validated `HubConfig`. */
@Global()
@Module({})
export class HubConfigModule {
  static register(config: HubConfig): DynamicModule {
    return {
      module: HubConfigModule,
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, ignoreEnvVars: true, load: [() => ({ hub: config })] })],
      providers: [
        {
          provide: HubConfig,
          inject: [ConfigService],
          useFactory: (settings: ConfigService<{ hub: HubConfig }, true>): HubConfig => settings.get('hub', { infer: true }),
        },
      ],
      exports: [HubConfig],
    };
  }
}
