import { Global, Module } from '@nestjs/common';
import { HubConfig } from '../config/config.js';
import { BlindIndex } from './blind-index.js';
import { FieldCipher } from './field-cipher.js';

@Global()
@Module({
  providers: [
    { provide: FieldCipher, inject: [HubConfig], useFactory: (config: HubConfig) => new FieldCipher(config.encryptionKeys) },
    { provide: BlindIndex, inject: [HubConfig], useFactory: (config: HubConfig) => new BlindIndex(config.blindIndexKey) },
  ],
  exports: [FieldCipher, BlindIndex],
})
export class CryptoModule {}
