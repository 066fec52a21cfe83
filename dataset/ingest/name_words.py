"""The words by which `names` tells a person's name from that of an organisation, post, course or place. [pure]"""

# Words of organisations, posts, courses and remarks that hardly anyone is called by.
PLAIN = frozenset(
    """
    a about above abuse academy accident action acute adult adults advanced adviser advisor advocacy after agencies
    agency alcohol all ambulance an and annual any area areas army as assault assessment assessments assistant
    association at athena attachment attendance authorities authority autism autumn awareness background base basic
    bcg before behaviour behaviours below between bias board boards borough both briefing british bullied bullying
    business but by cafcass cafe camhs cancer care carefirst carer carers case caseload cases catholic ccg cdop
    census central centre ceop chair chairman chairperson charity chief child childcare childhood children childrens
    chn christmas church cic city clerk clinic clinical clinicians club co code coercive college column commander
    commission commissioner commissioning committee communication community company conference conferences conflict
    consent consultant contact contacts control coordinator coordinators copy core council councils counsel
    counselling counsellor count county course courses court courts crc crime criminal crown cse culture curiosity
    custody cyber cyp data date deaf december department deputy designated detective development dfe diocese
    director directorate disabilities disability disabled disclosure district diversity doctor doctors domestic
    draft drug drugs duty dv e early eating education effective eight elected email emergency emotional england
    english enquiry esafety estate ethnic event events executive experience exploitation export extremism faith
    families family fatal february federation female fgm figure figures file final fire first five for fora force
    forces forum foster fostering foundation four framework friday from full further gangs gender general governor
    governors gp gps graded group groups guardian guidance guide guidelines gypsy handbook harm harmful hate he
    headteacher headteachers health healthcare healthy help hidden home homeless homelessness honour hospital
    hospitals housing hub identifier idva in inclusion income independent induction infant infants information
    injury inspector institute integrated intensive interagency intermediate international internet intervention
    interventions introduction investigation investigations isva it its january joint judge july junior juvenile key
    knowledge lac lado language lead leader leaders leadership learning legal leisure lessons level levels lgbt
    liaison library life liquid liquidlogic local logic looked low ltd magistrate maintenance male manager managers
    managing mandatory mappa marac market marriage mash masterclass maternity matters mediation medical member
    members mental mentor mentoring midwife midwifery midwives military mind mindful ministry minority missing
    mobile model modern module monday monitoring mosaic motivational multi multiagency name named national neglect
    neglected neonatal network networks new newborn nhs niche nil nine no non nonattendance november nps nspcc
    number nurse nurseries nursery nurses nursing october of offender offenders offending office officer officers
    official ofsted on one online operational operations or organisation organisations other our outcome outcomes
    outreach over paediatric paediatrician paediatrics panel parent parental parents partner partners partnership
    partnerships patient pct peer people perinatal permanence phase phone physical picture plan planning plans play
    pmh police policing policy post practice practitioner practitioners pregnancy preschool prevent prevention
    primary principal principals prison private probation procedures professional professionals profile programme
    project protection provider providers psychiatric psychiatrist psychiatry psychological psychologist psychology
    public pupil pupils quality quarter racial radical radicalisation raf reason records recovery recruitment ref
    referral referrals refresher refuge regional registered registrar registration rehabilitation reporting
    representative research residential resilience resource response responsible restorative return returns review
    reviews rights risk risks road roles row royal rural safe safeguarding safer safety saturday scheme school
    schools scotland scr secondary secretary section sector secure self senco send senior september service services
    seven sexual sexualised sexually signs since six skills slave slavery sleep smoking social society soldiers
    solicitor solicitors special specialist sport sports spring staff standards state statistics status statutory
    step strategic strategy street student students study substance sudden suicide summer sunday supervision
    supervisor support supported sure surgery system systems systmone taskforce teacher teachers team teams
    telephone template ten term the theory therapist therapists therapy these they think third this those three
    through thursday to together tool toolkit tools total totals toxic traffic trafficking trainer trainers training
    transition transport trauma traveller travellers treatment trio trust trusted trustee trustees tuesday two type
    uk unconscious under understanding union unit united university unknown update updates using version vice victim
    victims violence violent virtual visiting visitor visitors voice voluntary volunteer volunteers vulnerable wales
    we wednesday weekend welfare wellbeing what when where who why winter with women work worker workers workforce
    working workshop workshops worship writing wscb yot youth youths zero
    """.split()
)

# What an institution is called at its end: with one of these a forename is that of whom it is named after.
INSTITUTIONS = frozenset(
    """
    academy association centre charity church clinic college council foundation home hospice hospital house
    infirmary library lodge nursery partnership practice primary prison school schools secondary surgery trust unit
    university ward
    """.split()
)

# Words like the plain ones, and places, that are surnames too: they clear a text that has no common forename.
ALSO_SURNAMES = frozenset(
    """
    amesbury april avon banks barnardo bath berkshire best bishop bournemouth bridge bristol brook calne castle
    chambers charlton chase chippenham christian close corsham cross day deacon dean devizes devon dorset down east
    father field fields forest gate gloucester gloucestershire gold good grant great green grove hall hampshire head
    heads heath hill holiday holy hope house houses ireland june kennet king kings knight lake lane law laws light
    line lines little lodge london long lord march mark marlborough marsh mason may melksham mill mills milton monk
    moor mother night north northern open oxford oxfordshire page parish park parks parson power powers price prince
    princess priory queen queens reading red relate ridge rise river rivers rose rowan saint salisbury sanctuary
    sergeant ship shire short silver small somerset south southampton southern spa square st stone stonehenge
    stretton summers swan swindon temple thames tidworth town towns trinity trowbridge vale valley village villages
    virgin wall ward warden wards warminster water waters way well wells wessex west westbury western white wilts
    wiltshire wood woods worth york young
    """.split()
)

FORENAMES = frozenset(
    """
    aaron abdul abdullah abigail adam adrian agnes ahmed aidan aisha alan albert alex alexander alexandra alfie
    alice alison amanda amber amelia amy andrea andrew angela anita ann anna anne annette anthony antonia archie
    arthur ashley audrey ava barbara barry beatrice ben benjamin bernard beth bethany beverley brenda brian bridget
    bryan callum cameron carl carla carol caroline carolyn catherine chantelle charles charlie charlotte chelsea
    cheryl chloe chris christine christopher claire clare colin connor craig damian daniel danielle darren dave
    david dawn debbie deborah declan denise dennis derek diana diane dominic donald donna doreen dorothy douglas
    duncan dylan edward eileen elaine eleanor elizabeth ella ellen ellie elsie emily emma eric erin ethan evelyn
    evie fatima felicity fiona florence frances francesca francis freddie frederick freya gareth gary gavin gemma
    geoffrey georgia georgina gerald gillian gina glenn gordon graham gregory hannah harold harriet harry hassan
    hayley hazel heather helen henry holly howard hugh ian ibrahim imogen irene isaac isabel isabella isabelle isla
    jacob jacqueline jake james jamie jan jane janet janice jasmine jason jayden jean jeffrey jemma jennifer jenny
    jeremy jessica jill joan joanna joanne joe joel john jonathan jordan joseph josephine joshua joyce judith julia
    julian julie karen kate katherine kathleen kathryn katie katy kayleigh keith kelly kenneth kerry kevin kieran
    kimberley kirsty kyle laura lauren leah leanne leo leon lesley leslie lewis liam linda lindsay lindsey lisa
    logan lorraine louis louise lucas lucy luke lydia lynn lynne maddison malcolm margaret maria marie marion
    marjorie mark martin martyn mary mason matilda matthew maureen maurice max maxine megan melanie melissa mia
    michael michelle mike millie mohamed mohammad mohammed mollie molly monica muhammad nancy naomi natalie natasha
    nathan neil niamh nicholas nicola nigel noah norma norman oliver olivia omar oscar owen pamela patricia patrick
    paul paula pauline peggy penelope peter philip phillip phoebe phyllis poppy priya rachael rachel ralph raymond
    rebecca reece rhys richard riley robert robin roger ronald rosemary rosie roy russell ruth ryan sally sam
    samantha samuel sandra sara sarah scott sean sebastian sharon shaun sheila shirley simon sonia sophia sophie
    stacey stanley stella stephanie stephen steve steven stewart stuart susan suzanne sylvia tara terence teresa
    terry theo theresa thomas tim timothy tina toby tom tony tracey tracy trevor tyler valerie vanessa veronica
    vicky vincent violet wayne wendy william yasmin yusuf yvonne zachary zara zoe
    """.split()
)

# Forenames that are words besides: they count with a capital only.
ALSO_WORDS = frozenset(
    "amber dawn gordon hazel holly jasmine jean mark mason max poppy robin rose scott violet".split()
)
