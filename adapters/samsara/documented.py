"""Samsara's documented fields, as its official SDK reads them; a test compares the two."""

from models.documented import documented

BY_DATASET = {
    "drivers": documented(
        "data",
        """
        attributes carrierSettings carrierSettings.carrierName carrierSettings.dotNumber
        carrierSettings.homeTerminalAddress carrierSettings.homeTerminalName
        carrierSettings.mainOfficeAddress createdAtTime currentIdCardCode dateOfBirth
        driverActivationStatus eldAdverseWeatherExemptionEnabled
        eldBigDayExemptionEnabled eldDayStartHour eldExempt eldExemptReason eldPcEnabled
        eldSettings eldSettings.rulesets eldSettings.rulesets[].break
        eldSettings.rulesets[].cycle eldSettings.rulesets[].jurisdiction
        eldSettings.rulesets[].restart eldSettings.rulesets[].shift eldYmEnabled email
        externalIds hasDrivingFeaturesHidden hasVehicleUnpinningEnabled id isDeactivated
        licenseNumber licenseState locale name notes peerGroupTag peerGroupTag.id
        peerGroupTag.name peerGroupTag.parentTagId phone profileImageUrl
        staticAssignedVehicle staticAssignedVehicle.id staticAssignedVehicle.name
        tachographCardNumber tags tags[].id tags[].name tags[].parentTagId timezone
        trailerGroupTag trailerGroupTag.id trailerGroupTag.name
        trailerGroupTag.parentTagId updatedAtTime usDriverRulesetOverride
        usDriverRulesetOverride.cycle usDriverRulesetOverride.restart
        usDriverRulesetOverride.restbreak usDriverRulesetOverride.usStateToOverride
        username vehicleGroupTag vehicleGroupTag.id vehicleGroupTag.name
        vehicleGroupTag.parentTagId waitingTimeDutyStatusEnabled
        """,
        words={
            "driverActivationStatus": "active deactivated",
        },
        free="externalIds attributes",
    ),
    "hos_clocks": documented(
        "data",
        """
        clocks clocks.break clocks.break.timeUntilBreakDurationMs clocks.cycle
        clocks.cycle.cycleRemainingDurationMs clocks.cycle.cycleStartedAtTime
        clocks.cycle.cycleTomorrowDurationMs clocks.drive
        clocks.drive.driveRemainingDurationMs clocks.shift
        clocks.shift.shiftRemainingDurationMs currentDutyStatus
        currentDutyStatus.hosStatusType currentVehicle currentVehicle.ExternalIds
        currentVehicle.externalIds currentVehicle.id currentVehicle.name driver
        driver.id driver.name violations violations.cycleViolationDurationMs
        violations.shiftDrivingViolationDurationMs
        """,
        free="currentVehicle.ExternalIds currentVehicle.externalIds",
    ),
    "hos_daily_logs": documented(
        "data",
        """
        distanceTraveled distanceTraveled.driveDistanceMeters
        distanceTraveled.personalConveyanceDistanceMeters
        distanceTraveled.yardMoveDistanceMeters driver driver.eldSettings
        driver.eldSettings.rulesets driver.eldSettings.rulesets[].break
        driver.eldSettings.rulesets[].cycle driver.eldSettings.rulesets[].jurisdiction
        driver.eldSettings.rulesets[].restart driver.eldSettings.rulesets[].shift
        driver.externalIds driver.id driver.name driver.timezone dutyStatusDurations
        dutyStatusDurations.activeDurationMs dutyStatusDurations.driveDurationMs
        dutyStatusDurations.offDutyDurationMs dutyStatusDurations.onDutyDurationMs
        dutyStatusDurations.personalConveyanceDurationMs
        dutyStatusDurations.sleeperBerthDurationMs
        dutyStatusDurations.waitingTimeDurationMs dutyStatusDurations.yardMoveDurationMs
        endTime logMetaData logMetaData.adverseDrivingClaimed logMetaData.bigDayClaimed
        logMetaData.carrierFormattedAddress logMetaData.carrierName
        logMetaData.carrierUsDotNumber logMetaData.certifiedAtTime
        logMetaData.homeTerminalFormattedAddress logMetaData.homeTerminalName
        logMetaData.isCertified logMetaData.isUsShortHaulActive logMetaData.shippingDocs
        logMetaData.trailerNames logMetaData.vehicles logMetaData.vehicles[].assetType
        logMetaData.vehicles[].externalIds logMetaData.vehicles[].id
        logMetaData.vehicles[].licensePlate logMetaData.vehicles[].name
        logMetaData.vehicles[].vehicleVin pendingDutyStatusDurations
        pendingDutyStatusDurations.activeDurationMs
        pendingDutyStatusDurations.driveDurationMs
        pendingDutyStatusDurations.offDutyDurationMs
        pendingDutyStatusDurations.onDutyDurationMs
        pendingDutyStatusDurations.personalConveyanceDurationMs
        pendingDutyStatusDurations.sleeperBerthDurationMs
        pendingDutyStatusDurations.waitingTimeDurationMs
        pendingDutyStatusDurations.yardMoveDurationMs startTime
        """,
        free="driver.externalIds logMetaData.vehicles[].externalIds",
    ),
    "vehicles": documented(
        "data",
        """
        attributes auxInputType1 auxInputType10 auxInputType11 auxInputType12
        auxInputType13 auxInputType2 auxInputType3 auxInputType4 auxInputType5
        auxInputType6 auxInputType7 auxInputType8 auxInputType9 cameraSerial
        createdAtTime esn externalIds gateway gateway.model gateway.serial
        harshAccelerationSettingType id isRemotePrivacyButtonEnabled licensePlate make
        model name notes sensorConfiguration serial staticAssignedDriver
        staticAssignedDriver.id staticAssignedDriver.name tags tags[].id tags[].name
        tags[].parentTagId updatedAtTime vehicleRegulationMode vehicleType vehicleWeight
        vehicleWeightInKilograms vehicleWeightInPounds vin year
        """,
        free="externalIds attributes sensorConfiguration",
    ),
    "positions": documented(
        "data",
        """
        externalIds gps gps.address gps.address.id gps.address.name gps.headingDegrees
        gps.isEcuSpeed gps.latitude gps.longitude gps.reverseGeo
        gps.reverseGeo.formattedLocation gps.speedMilesPerHour gps.time id name
        """,
        free="externalIds",
    ),
}
