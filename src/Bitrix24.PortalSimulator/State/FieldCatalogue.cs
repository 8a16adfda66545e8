namespace Bitrix24.PortalSimulator.State;

/// <summary>
/// The documented fields of every table (api-reference/crm/universal/object-fields.md, crm-activity-fields.md,
/// voximplant-statistic-get.md, tasks fields, user-get.md, department-get.md, timeman.record.field.list).
/// </summary>
internal static class FieldCatalogue
{
    private const string ItemCommon = """
        id:i createdTime:t updatedTime:t createdBy:i updatedBy:i assignedById:i opened:f=Y lastActivityBy:i lastActivityTime:t
        webformId:i=0 utmSource:s utmMedium:s utmCampaign:s utmContent:s utmTerm:s entityTypeId:i
        companyId:i=0 contactId:i=0 observers:I=0 contactIds:I=0 comments:s searchContent:s originatorId:s originId:s
        """;

    private const string People = """
        name:s lastName:s secondName:s shortName:s post:s address:s birthdate:D honorific:s login:s
        hasPhone:f=N hasEmail:f=N hasImol:f=N phoneMobile:s phoneWork:s phoneMailing:s emailHome:s emailWork:s emailMailing:s
        skype:s icq:s imol:s email:s phone:s fm:j?
        """;

    private const string Money = "opportunity:d=0 currencyId:s=RUB isManualOpportunity:f=N taxValue:d=0";

    private const string Stage = "stageId:s stageSemanticId:s movedBy:i movedTime:t";

    public static Dictionary<string, FieldSpec> Lead { get; } = FieldSpec.ParseList(ItemCommon, People, Money, Stage, """
        dateCreateShort:t dateModifyShort:t isConvert:f statusDescription:s productId:s sourceId:s sourceDescription:s
        title:s companyTitle:s dateClosed:t isReturnCustomer:f=N
        """);

    public static Dictionary<string, FieldSpec> Deal { get; } = FieldSpec.ParseList(ItemCommon, Money, Stage, """
        dateCreateShort:t dateModifyShort:t leadId:i=0 quoteId:i=0 title:s productId:s categoryId:i=0 isNew:f=N isRecurring:f=N
        isReturnCustomer:f=N isRepeatedApproach:f=N closed:f=N typeId:s probability:i begindate:D begindateShort:t closedate:D
        closedateShort:t eventDate:t eventDateShort:t eventId:s eventDescription:s locationId:s sourceId:s sourceDescription:s
        additionalInfo:s orderStage:s isWork:f isWon:f isLose:f receivedAmount:s lostAmount:s hasProducts:f
        """);

    public static Dictionary<string, FieldSpec> Contact { get; } = FieldSpec.ParseList(ItemCommon, People, """
        sourceId:s sourceDescription:s photo:s leadId:i=0 export:f=Y typeId:s originVersion:s categoryId:i=0 companyIds:I=0
        """);

    public static Dictionary<string, FieldSpec> Quote { get; } = FieldSpec.ParseList(ItemCommon, Money, Stage, """
        dateCreateShort:t dateModifyShort:t leadId:i=0 dealId:i=0 personTypeId:i=0 mycompanyId:i=0 title:s closed:f=N
        commentsType:i=0 begindate:D begindateShort:t closedate:D closedateShort:t quoteNumber:s content:s contentType:i=0
        terms:s termsType:i=0 storageTypeId:i=0 storageElementIds:I=0 locationId:s clientTitle:s clientAddr:s clientContact:s
        clientEmail:s clientPhone:s clientTpId:s clientTpaId:s hasProducts:f actualDate:D
        """);

    public static Dictionary<string, FieldSpec> Invoice { get; } = FieldSpec.ParseList(ItemCommon, Money, """
        xmlId:s title:s movedBy:i movedTime:t categoryId:i=1 stageId:s previousStageId:s= begindate:D closedate:D mycompanyId:i=0
        sourceId:s sourceDescription:s accountNumber:s locationId:s parentId2:i=0 parentId7:i=0
        """);

    /// <summary>As sale.payment.list answers it; entityTypeId and entityId say what its order belongs to and are in no answer.</summary>
    public static Dictionary<string, FieldSpec> Payment { get; } = FieldSpec.ParseList("""
        id:i orderId:i accountNumber:s= paid:f=N datePaid:t empPaidId:i paySystemId:i=1 paySystemName:s= paySystemIsCash:f=N
        sum:d=0 currency:s=RUB dateBill:t responsibleId:i isReturn:f=N xmlId:s= comments:s= entityTypeId:i? entityId:i?
        """);

    /// <summary>An event of a person's calendar; DATE_FROM and DATE_TO are moments here, answers write them in several forms.</summary>
    public static Dictionary<string, FieldSpec> Event { get; } = FieldSpec.ParseList("""
        ID:i OWNER_ID:i NAME:s= DATE_FROM:t DATE_TO:t DT_SKIP_TIME:f=N ACCESSIBILITY:s=busy IMPORTANCE:s=normal IS_MEETING:b=false
        ATTENDEE_LIST:j RRULE:j EXDATE:S=0 UF_CRM_CAL_EVENT:S=0 DATE_CREATE:t TIMESTAMP_X:t CREATED_BY:i EVENT_TYPE:s
        """);

    public static Dictionary<string, FieldSpec> LeadHistory { get; } =
        FieldSpec.ParseList("ID:i TYPE_ID:i OWNER_ID:i CREATED_TIME:t STATUS_SEMANTIC_ID:s STATUS_ID:s");

    public static Dictionary<string, FieldSpec> DealHistory { get; } =
        FieldSpec.ParseList("ID:i TYPE_ID:i OWNER_ID:i CREATED_TIME:t CATEGORY_ID:i STAGE_SEMANTIC_ID:s STAGE_ID:s");

    public static Dictionary<string, FieldSpec> Activity { get; } = FieldSpec.ParseList("""
        ID:i OWNER_ID:i OWNER_TYPE_ID:i TYPE_ID:i PROVIDER_ID:s PROVIDER_TYPE_ID:s PROVIDER_GROUP_ID:s ASSOCIATED_ENTITY_ID:i=0
        SUBJECT:s CREATED:t LAST_UPDATED:t START_TIME:t END_TIME:t DEADLINE:t COMPLETED:f=N STATUS:i RESPONSIBLE_ID:i PRIORITY:i=2
        NOTIFY_TYPE:i=0 NOTIFY_VALUE:i=0 DESCRIPTION:s= DESCRIPTION_TYPE:i=1 DIRECTION:i=0 LOCATION:s= SETTINGS:j=[]
        ORIGINATOR_ID:s ORIGIN_ID:s AUTHOR_ID:i EDITOR_ID:i PROVIDER_PARAMS:j=[] PROVIDER_DATA:s RESULT_MARK:i=0 RESULT_VALUE:d
        RESULT_SUM:d RESULT_CURRENCY_ID:s RESULT_STATUS:i=0 RESULT_STREAM:i=0 RESULT_SOURCE_ID:s AUTOCOMPLETE_RULE:i=0
        IS_INCOMING_CHANNEL:f=N BINDINGS:j? COMMUNICATIONS:j?=[] FILES:j?=[]
        """);

    public static Dictionary<string, FieldSpec> Call { get; } = FieldSpec.ParseList("""
        ID:i PORTAL_USER_ID:i PORTAL_NUMBER:s= PHONE_NUMBER:s CALL_ID:s EXTERNAL_CALL_ID:s CALL_CATEGORY:s=external CALL_LOG:s
        CALL_DURATION:i=0 CALL_START_DATE:t CALL_RECORD_URL:s CALL_VOTE:i COST:s=0.0000 COST_CURRENCY:s= CALL_FAILED_CODE:s=200
        CALL_FAILED_REASON:s= CRM_ENTITY_TYPE:s CRM_ENTITY_ID:i CRM_ACTIVITY_ID:i REST_APP_ID:i REST_APP_NAME:s TRANSCRIPT_ID:i
        TRANSCRIPT_PENDING:f=N SESSION_ID:s REDIAL_ATTEMPT:i COMMENT:s RECORD_DURATION:i RECORD_FILE_ID:n CALL_TYPE:i
        """);

    public static Dictionary<string, FieldSpec> Task { get; } = FieldSpec.ParseList("""
        id:i parentId:i title:s description:s= mark:s= priority:i=1 multitask:f=N notViewed:f=N replicate:f=N stageId:i=0 sprintId:i
        backlogId:i createdBy:i createdDate:t responsibleId:i changedBy:i changedDate:t statusChangedBy:i statusChangedDate:t
        closedBy:i closedDate:t activityDate:t dateStart:t deadline:t startDatePlan:t endDatePlan:t guid:s xmlId:s commentsCount:i
        allowChangeDeadline:f=N taskControl:f=N addInReport:f=N timeEstimate:i=0 timeSpentInLogs:i matchWorkTime:f=N forumTopicId:i
        forumId:i siteId:s=s1 subordinate:f=N favorite:f=N groupId:i=0 status:i=2 descriptionInBbcode:f=Y flowId:i
        accomplices:S=0 auditors:S=0 tags:j?=[] ufCrmTask:S?=0 ufTaskWebdavFiles:I?=0 ufMailMessage:s?
        """);

    public static Dictionary<string, FieldSpec> User { get; } = FieldSpec.ParseList("""
        ID:i ACTIVE:b=true NAME:s= LAST_NAME:s= SECOND_NAME:s= EMAIL:s= LAST_LOGIN:t DATE_REGISTER:t TIME_ZONE:s= IS_ONLINE:f=N
        TIMESTAMP_X:j={} LAST_ACTIVITY_DATE:j={} PERSONAL_GENDER:s= PERSONAL_WWW:s= PERSONAL_BIRTHDAY:s= PERSONAL_MOBILE:s=
        PERSONAL_CITY:s= PERSONAL_PHOTO:s WORK_PHONE:s= WORK_POSITION:s= UF_EMPLOYMENT_DATE:s= UF_DEPARTMENT:I=0
        UF_PHONE_INNER:s UF_TIMEMAN:s USER_TYPE:s=employee IS_ADMIN:b?=false
        """);

    public static Dictionary<string, FieldSpec> Department { get; } =
        FieldSpec.ParseList("ID:i NAME:s SORT:n=500 PARENT:i UF_HEAD:i");

    public static Dictionary<string, FieldSpec> Workday { get; } = FieldSpec.ParseList(
        "id:i userId:i startTime:t endTime:t duration:i=0 breakLength:i=0 state:s isApproved:b=true");

    public static Dictionary<string, FieldSpec> Status { get; } = FieldSpec.ParseList("""
        ID:i ENTITY_ID:s STATUS_ID:s NAME:s NAME_INIT:s= SORT:i=500 SYSTEM:f=N CATEGORY_ID:i COLOR:s= SEMANTICS:s EXTRA:j
        """);

    public static Dictionary<string, FieldSpec> Category { get; } = FieldSpec.ParseList(
        "id:i name:s sort:i=500 entityTypeId:i=2 isDefault:f=N originId:s= originatorId:s=");

    public static Dictionary<string, FieldSpec> Currency { get; } = FieldSpec.ParseList(
        "ID:i CURRENCY:s AMOUNT_CNT:i=1 AMOUNT:s=1.0000 SORT:i=100 BASE:f=N LANG:s=ru");

    public static Dictionary<string, FieldSpec> Portal { get; } = FieldSpec.ParseList("ID:i serverOffset:s timeZone:s");

    public static Dictionary<string, FieldSpec> Chat { get; } = FieldSpec.ParseList("ID:i name:s owner:i=1");
}
