import { Controller, Get, Query } from '@nestjs/common';
import { AvailabilityDto } from './availability.dto.js';
import { AvailabilityService } from './availability.service.js';
import type { DayView, FlatSlotView } from './availability.view.js';

@Controller('api/v1/availability')
export class AvailabilityController {
  constructor(private readonly availability: AvailabilityService) {}

  @Get()
  getAvailability(@Query() dto: AvailabilityDto): FlatSlotView[] | DayView[] {
    return this.availability.ofMonth(dto);
  }
}
