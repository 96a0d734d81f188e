import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { IdPipe } from '../common/id.pipe.js';
import { PageQuery } from '../common/paging.js';
import { ApiKeyPageDto, CreateApiKeyDto, CreatedApiKeyDto } from './api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { CurrentCaller, RequireScope } from './auth.decorators.js';
import type { Caller } from './scope.js';

@ApiBearerAuth()
@RequireScope('admin')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @ApiOperation({ operationId: 'createApiKey', summary: 'Make an API key; it is shown this once' })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  @ApiProblems()
  create(@CurrentCaller() caller: Caller, @Body() dto: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.apiKeys.createFor(caller, dto);
  }

  @Get()
  @ApiOperation({ operationId: 'listApiKeys', summary: 'List API keys, newest first' })
  @ApiOkResponse({ type: ApiKeyPageDto })
  @ApiProblems()
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<ApiKeyPageDto> {
    return this.apiKeys.list(caller, query);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke an API key at once, on every copy of the hub' })
  @ApiNoContentResponse()
  @ApiProblems(404)
  revoke(@CurrentCaller() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    return this.apiKeys.revoke(caller, id);
  }
}
