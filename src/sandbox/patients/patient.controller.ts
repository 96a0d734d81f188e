import { Controller, Get, Query } from '@nestjs/common';
import { PatientRegistryService } from './patient-registry.service.js';
import { FindPatientDto } from './patient.dto.js';
import { patientView, type PatientView } from './patient.view.js';

@Controller('api/v1/patient')
export class PatientController {
  constructor(private readonly patients: PatientRegistryService) {}

  @Get()
  findPatient(@Query() dto: FindPatientDto): PatientView {
    return patientView(this.patients.find(dto));
  }
}
