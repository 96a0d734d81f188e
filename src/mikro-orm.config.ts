// For MikroORM's command line: `npm run migration:create`.
import 'reflect-metadata';
import { readEnvironment } from './config/environment.js';
import { ormOptions } from './database/orm-options.js';
import { ENTITIES } from './entities.js';

export default ormOptions(readEnvironment()['DATABASE_URL'] ?? 'postgres://localhost/hub', ENTITIES, 'migrations');
