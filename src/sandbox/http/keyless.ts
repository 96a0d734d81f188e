import { SetMetadata } from '@nestjs/common';

export const KEYLESS = 'sandbox:keyless';

/** A route that needs no key, as another guard watches it. */
export const Keyless = () => SetMetadata(KEYLESS, true);
