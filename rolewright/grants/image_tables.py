"""AWS's prebuilt images: which account holds each ECR repository in each region.

Facts read from the tables of sagemaker 2.257.7 on PyPI (`sagemaker/image_uri_config/*.json`,
Apache-2.0, https://github.com/aws/sagemaker-python-sdk), by which `sagemaker.image_uris.retrieve`
finds images; AWS lists them as well at
https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
"""

REGISTRIES = {
    "algorithms": {
        "455444449433": "af-south-1",
        "286214385809": "ap-east-1",
        "351501993468": "ap-northeast-1",
        "835164637446": "ap-northeast-2",
        "867004704886": "ap-northeast-3",
        "991648021394": "ap-south-1",
        "628508329040": "ap-south-2",
        "475088953585": "ap-southeast-1",
        "712309505854": "ap-southeast-2",
        "951798379941": "ap-southeast-3",
        "106583098589": "ap-southeast-4",
        "469771592824": "ca-central-1",
        "190319476487": "ca-west-1",
        "390948362332": "cn-north-1",
        "387376663083": "cn-northwest-1",
        "664544806723": "eu-central-1",
        "680994064768": "eu-central-2",
        "669576153137": "eu-north-1",
        "257386234256": "eu-south-1",
        "104374241257": "eu-south-2",
        "438346466558": "eu-west-1",
        "644912444149": "eu-west-2",
        "749696950732": "eu-west-3",
        "898809789911": "il-central-1",
        "272398656194": "me-central-1",
        "249704162688": "me-south-1",
        "855470959533": "sa-east-1",
        "382416733822": "us-east-1",
        "404615174143": "us-east-2",
        "237065988967": "us-gov-east-1",
        "226302683700": "us-gov-west-1",
        "490574956308": "us-iso-east-1",
        "765400339828": "us-isob-east-1",
        "108575199400": "us-isof-east-1",
        "124985052026": "us-isof-south-1",
        "632365934929": "us-west-1",
        "174872318107": "us-west-2",
    },
    "blazingtext": {
        "455444449433": "af-south-1",
        "286214385809": "ap-east-1",
        "501404015308": "ap-northeast-1",
        "306986355934": "ap-northeast-2",
        "867004704886": "ap-northeast-3",
        "991648021394": "ap-south-1",
        "628508329040": "ap-south-2",
        "475088953585": "ap-southeast-1",
        "544295431143": "ap-southeast-2",
        "951798379941": "ap-southeast-3",
        "106583098589": "ap-southeast-4",
        "469771592824": "ca-central-1",
        "190319476487": "ca-west-1",
        "390948362332": "cn-north-1",
        "387376663083": "cn-northwest-1",
        "813361260812": "eu-central-1",
        "680994064768": "eu-central-2",
        "669576153137": "eu-north-1",
        "257386234256": "eu-south-1",
        "104374241257": "eu-south-2",
        "685385470294": "eu-west-1",
        "644912444149": "eu-west-2",
        "749696950732": "eu-west-3",
        "898809789911": "il-central-1",
        "272398656194": "me-central-1",
        "249704162688": "me-south-1",
        "855470959533": "sa-east-1",
        "811284229777": "us-east-1",
        "825641698319": "us-east-2",
        "237065988967": "us-gov-east-1",
        "226302683700": "us-gov-west-1",
        "490574956308": "us-iso-east-1",
        "765400339828": "us-isob-east-1",
        "108575199400": "us-isof-east-1",
        "124985052026": "us-isof-south-1",
        "632365934929": "us-west-1",
        "433757028032": "us-west-2",
    },
    "deep-learning": {
        "626614931356": "af-south-1",
        "871362719292": "ap-east-1",
        "975050140332": "ap-east-2",
        "763104351884": (
            "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 "
            "eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 "
            "us-west-1 us-west-2"
        ),
        "364406365360": "ap-northeast-3",
        "772153158452": "ap-south-2",
        "907027046896": "ap-southeast-3",
        "457447274322": "ap-southeast-4",
        "550225433462": "ap-southeast-5",
        "633930458069": "ap-southeast-6",
        "590183813437": "ap-southeast-7",
        "204538143572": "ca-west-1",
        "727897471807": "cn-north-1 cn-northwest-1",
        "380420809688": "eu-central-2",
        "692866216735": "eu-south-1",
        "503227376785": "eu-south-2",
        "780543022126": "il-central-1",
        "914824155844": "me-central-1",
        "217643126080": "me-south-1",
        "637423239942": "mx-central-1",
        "446045086412": "us-gov-east-1",
        "442386744353": "us-gov-west-1",
        "886529160074": "us-iso-east-1",
        "094389454867": "us-isob-east-1",
        "303241398832": "us-isof-east-1",
        "454834333376": "us-isof-south-1",
    },
    "forecasting-deepar": {
        "455444449433": "af-south-1",
        "286214385809": "ap-east-1",
        "633353088612": "ap-northeast-1",
        "204372634319": "ap-northeast-2",
        "867004704886": "ap-northeast-3",
        "991648021394": "ap-south-1",
        "628508329040": "ap-south-2",
        "475088953585": "ap-southeast-1",
        "514117268639": "ap-southeast-2",
        "951798379941": "ap-southeast-3",
        "106583098589": "ap-southeast-4",
        "469771592824": "ca-central-1",
        "190319476487": "ca-west-1",
        "390948362332": "cn-north-1",
        "387376663083": "cn-northwest-1",
        "495149712605": "eu-central-1",
        "680994064768": "eu-central-2",
        "669576153137": "eu-north-1",
        "257386234256": "eu-south-1",
        "104374241257": "eu-south-2",
        "224300973850": "eu-west-1",
        "644912444149": "eu-west-2",
        "749696950732": "eu-west-3",
        "898809789911": "il-central-1",
        "272398656194": "me-central-1",
        "249704162688": "me-south-1",
        "855470959533": "sa-east-1",
        "522234722520": "us-east-1",
        "566113047672": "us-east-2",
        "237065988967": "us-gov-east-1",
        "226302683700": "us-gov-west-1",
        "490574956308": "us-iso-east-1",
        "765400339828": "us-isob-east-1",
        "108575199400": "us-isof-east-1",
        "124985052026": "us-isof-south-1",
        "632365934929": "us-west-1",
        "156387875391": "us-west-2",
    },
    "image-classification-neo": {
        "774647643957": "af-south-1",
        "110948597952": "ap-east-1",
        "941853720454": "ap-northeast-1",
        "151534178276": "ap-northeast-2",
        "925152966179": "ap-northeast-3",
        "763008648453": "ap-south-1",
        "324986816169": "ap-southeast-1",
        "355873309152": "ap-southeast-2",
        "464438896020": "ca-central-1",
        "472730292857": "cn-north-1",
        "474822919863": "cn-northwest-1",
        "746233611703": "eu-central-1",
        "010526262399": "eu-central-2",
        "601324751636": "eu-north-1",
        "966458181534": "eu-south-1",
        "802834080501": "eu-west-1",
        "205493899709": "eu-west-2",
        "254080097072": "eu-west-3",
        "275950707576": "il-central-1",
        "836785723513": "me-south-1",
        "756306329178": "sa-east-1",
        "785573368785": "us-east-1",
        "007439368137": "us-east-2",
        "227234621604": "us-gov-east-1",
        "263933020539": "us-gov-west-1",
        "167761179201": "us-iso-east-1",
        "406031935815": "us-isob-east-1",
        "751086301963": "us-isof-east-1",
        "935523707064": "us-isof-south-1",
        "710691900526": "us-west-1",
        "301217895009": "us-west-2",
    },
    "lda": {
        "258307448986": "ap-northeast-1",
        "293181348795": "ap-northeast-2",
        "991648021394": "ap-south-1",
        "475088953585": "ap-southeast-1",
        "297031611018": "ap-southeast-2",
        "469771592824": "ca-central-1",
        "353608530281": "eu-central-1",
        "999678624901": "eu-west-1",
        "644912444149": "eu-west-2",
        "766337827248": "us-east-1",
        "999911452149": "us-east-2",
        "226302683700": "us-gov-west-1",
        "490574956308": "us-iso-east-1",
        "765400339828": "us-isob-east-1",
        "632365934929": "us-west-1",
        "266724342769": "us-west-2",
    },
    "older-frameworks": {
        "313743910680": "af-south-1",
        "057415533634": "ap-east-1",
        "520713654638": (
            "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 "
            "eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 "
            "us-west-1 us-west-2"
        ),
        "364406365360": "ap-northeast-3",
        "422961961927": "cn-north-1",
        "423003514399": "cn-northwest-1",
        "048378556238": "eu-south-1",
        "724002660598": "me-south-1",
        "246785580436": "us-gov-west-1",
        "744548109606": "us-iso-east-1",
        "453391408702": "us-isob-east-1",
    },
    "sagemaker-base-python": {
        "559312083959": "af-south-1",
        "493642496378": "ap-east-1",
        "938034419563": "ap-east-2",
        "102112518831": "ap-northeast-1",
        "806072073708": "ap-northeast-2",
        "792733760839": "ap-northeast-3",
        "394103062818": "ap-south-1",
        "492261229750": "ap-southeast-1",
        "452832661640": "ap-southeast-2",
        "276181064229": "ap-southeast-3",
        "148761635175": "ap-southeast-5",
        "528757812139": "ap-southeast-7",
        "310906938811": "ca-central-1",
        "623308166672": "ca-west-1",
        "390048526115": "cn-north-1",
        "390780980154": "cn-northwest-1",
        "936697816551": "eu-central-1",
        "569303640362": "eu-central-2",
        "243637512696": "eu-north-1",
        "592751261982": "eu-south-1",
        "127363102723": "eu-south-2",
        "470317259841": "eu-west-1",
        "712779665605": "eu-west-2",
        "615547856133": "eu-west-3",
        "380164790875": "il-central-1",
        "103105715889": "me-central-1",
        "117516905037": "me-south-1",
        "396913743851": "mx-central-1",
        "782484402741": "sa-east-1",
        "081325390199": "us-east-1",
        "429704687514": "us-east-2",
        "107072934176": "us-gov-east-1",
        "107173498710": "us-gov-west-1",
        "840123138293": "us-isof-east-1",
        "883091641454": "us-isof-south-1",
        "742091327244": "us-west-1",
        "236514542706": "us-west-2",
    },
    "sagemaker-clarify-processing": {
        "811711786498": "af-south-1",
        "098760798382": "ap-east-1",
        "377024640650": "ap-northeast-1",
        "263625296855": "ap-northeast-2",
        "912233562940": "ap-northeast-3",
        "452307495513": "ap-south-1",
        "834264404009": "ap-southeast-1",
        "007051062584": "ap-southeast-2",
        "705930551576": "ap-southeast-3",
        "675030665977": "ca-central-1",
        "122526803553": "cn-north-1",
        "122578899357": "cn-northwest-1",
        "017069133835": "eu-central-1",
        "730335477804": "eu-central-2",
        "763603941244": "eu-north-1",
        "638885417683": "eu-south-1",
        "131013547314": "eu-west-1",
        "440796970383": "eu-west-2",
        "341593696636": "eu-west-3",
        "835444307964": "me-south-1",
        "520018980103": "sa-east-1",
        "205585389593": "us-east-1",
        "211330385671": "us-east-2",
        "598674086554": "us-gov-west-1",
        "579539705040": "us-isof-east-1",
        "411392592546": "us-isof-south-1",
        "740489534195": "us-west-1",
        "306415355426": "us-west-2",
    },
    "sagemaker-data-wrangler-container": {
        "143210264188": "af-south-1",
        "707077482487": "ap-east-1",
        "649008135260": "ap-northeast-1",
        "131546521161": "ap-northeast-2",
        "913387583493": "ap-northeast-3",
        "089933028263": "ap-south-1",
        "119527597002": "ap-southeast-1",
        "422173101802": "ap-southeast-2",
        "557239378090": "ca-central-1",
        "245909111842": "cn-north-1",
        "249157047649": "cn-northwest-1",
        "024640144536": "eu-central-1",
        "054986407534": "eu-north-1",
        "488287956546": "eu-south-1",
        "245179582081": "eu-west-1",
        "894491911112": "eu-west-2",
        "807237891255": "eu-west-3",
        "406833011540": "il-central-1",
        "376037874950": "me-south-1",
        "424196993095": "sa-east-1",
        "663277389841": "us-east-1",
        "415577184552": "us-east-2",
        "926135532090": "us-west-1",
        "174368400705": "us-west-2",
    },
    "sagemaker-debugger-rules": {
        "314341159256": "af-south-1",
        "199566480951": "ap-east-1",
        "430734990657": "ap-northeast-1",
        "578805364391": "ap-northeast-2",
        "479947661362": "ap-northeast-3",
        "904829902805": "ap-south-1",
        "972752614525": "ap-southeast-1",
        "184798709955": "ap-southeast-2",
        "519511493484": "ca-central-1",
        "618459771430": "cn-north-1",
        "658757709296": "cn-northwest-1",
        "482524230118": "eu-central-1",
        "314864569078": "eu-north-1",
        "563282790590": "eu-south-1",
        "929884845733": "eu-west-1",
        "250201462417": "eu-west-2",
        "447278800020": "eu-west-3",
        "216881608335": "il-central-1",
        "986000313247": "me-south-1",
        "818342061345": "sa-east-1",
        "503895931360": "us-east-1",
        "915447279597": "us-east-2",
        "515509971035": "us-gov-west-1",
        "685455198987": "us-west-1",
        "895741380848": "us-west-2",
    },
    "sagemaker-distribution-prod": {
        "238384257742": "af-south-1",
        "523751269255": "ap-east-1",
        "010972774902": "ap-northeast-1",
        "064688005998": "ap-northeast-2",
        "564864627153": "ap-northeast-3",
        "245090515133": "ap-south-1",
        "022667117163": "ap-southeast-1",
        "648430277019": "ap-southeast-2",
        "370607712162": "ap-southeast-3",
        "481561238223": "ca-central-1",
        "545423591354": "eu-central-1",
        "175620155138": "eu-north-1",
        "810671768855": "eu-south-1",
        "819792524951": "eu-west-1",
        "021081402939": "eu-west-2",
        "856416204555": "eu-west-3",
        "358593528301": "me-central-1",
        "523774347010": "me-south-1",
        "567556641782": "sa-east-1",
        "885854791233": "us-east-1",
        "137914896644": "us-east-2",
        "053634841547": "us-west-1",
        "542918446943": "us-west-2",
    },
    "sagemaker-frameworks": {
        "510948584623": "af-south-1",
        "651117190479": "ap-east-1",
        "354813040037": "ap-northeast-1",
        "366743142698": "ap-northeast-2",
        "867004704886": "ap-northeast-3",
        "720646828776": "ap-south-1",
        "628508329040": "ap-south-2",
        "121021644041": "ap-southeast-1",
        "783357654285": "ap-southeast-2",
        "951798379941": "ap-southeast-3",
        "106583098589": "ap-southeast-4",
        "341280168497": "ca-central-1",
        "190319476487": "ca-west-1",
        "450853457545": "cn-north-1",
        "451049120500": "cn-northwest-1",
        "492215442770": "eu-central-1",
        "680994064768": "eu-central-2",
        "662702820516": "eu-north-1",
        "978288397137": "eu-south-1",
        "104374241257": "eu-south-2",
        "141502667606": "eu-west-1",
        "764974769150": "eu-west-2",
        "659782779980": "eu-west-3",
        "898809789911": "il-central-1",
        "272398656194": "me-central-1",
        "801668240914": "me-south-1",
        "737474898029": "sa-east-1",
        "683313688378": "us-east-1",
        "257758044811": "us-east-2",
        "237065988967": "us-gov-east-1",
        "414596584902": "us-gov-west-1",
        "833128469047": "us-iso-east-1",
        "281123927165": "us-isob-east-1",
        "108575199400": "us-isof-east-1",
        "124985052026": "us-isof-south-1",
        "746614075791": "us-west-1",
        "246618743249": "us-west-2",
    },
    "sagemaker-geospatial-v1-0": {
        "081189585635": "us-west-2",
    },
    "sagemaker-model-monitor-analyzer": {
        "875698925577": "af-south-1",
        "001633400207": "ap-east-1",
        "574779866223": "ap-northeast-1",
        "709848358524": "ap-northeast-2",
        "990339680094": "ap-northeast-3",
        "126357580389": "ap-south-1",
        "245545462676": "ap-southeast-1",
        "563025443158": "ap-southeast-2",
        "669540362728": "ap-southeast-3",
        "536280801234": "ca-central-1",
        "453000072557": "cn-north-1",
        "453252182341": "cn-northwest-1",
        "048819808253": "eu-central-1",
        "590183933784": "eu-central-2",
        "895015795356": "eu-north-1",
        "933208885752": "eu-south-1",
        "437450045455": "eu-south-2",
        "468650794304": "eu-west-1",
        "749857270468": "eu-west-2",
        "680080141114": "eu-west-3",
        "843974653677": "il-central-1",
        "588750061953": "me-central-1",
        "607024016150": "me-south-1",
        "539772159869": "sa-east-1",
        "156813124566": "us-east-1",
        "777275614652": "us-east-2",
        "853188333426": "us-isof-east-1",
        "467912361380": "us-isof-south-1",
        "890145073186": "us-west-1",
        "159807026194": "us-west-2",
    },
    "sagemaker-rl-coach-container": {
        "462105765813": (
            "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 "
            "eu-central-1 eu-west-1 eu-west-2 us-east-1 us-east-2 us-west-1 us-west-2"
        ),
    },
    "sagemaker-spark-processing": {
        "309385258863": "af-south-1",
        "732049463269": "ap-east-1",
        "533267296287": "ap-east-2",
        "411782140378": "ap-northeast-1",
        "860869212795": "ap-northeast-2",
        "102471314380": "ap-northeast-3",
        "105495057255": "ap-south-1",
        "873151114052": "ap-south-2",
        "759080221371": "ap-southeast-1",
        "440695851116": "ap-southeast-2",
        "800295151634": "ap-southeast-3",
        "819679513684": "ap-southeast-4",
        "841784149062": "ap-southeast-5",
        "471112967968": "ap-southeast-7",
        "446299261295": "ca-central-1",
        "000907499111": "ca-west-1",
        "671472414489": "cn-north-1",
        "844356804704": "cn-northwest-1",
        "906073651304": "eu-central-1",
        "142351485170": "eu-central-2",
        "330188676905": "eu-north-1",
        "753923664805": "eu-south-1",
        "833944533722": "eu-south-2",
        "571004829621": "eu-west-1",
        "836651553127": "eu-west-2",
        "136845547031": "eu-west-3",
        "408426139102": "il-central-1",
        "395420993607": "me-central-1",
        "750251592176": "me-south-1",
        "211125459255": "mx-central-1",
        "737130764395": "sa-east-1",
        "173754725891": "us-east-1",
        "314815235551": "us-east-2",
        "260923028637": "us-gov-east-1",
        "271483468897": "us-gov-west-1",
        "667973535471": "us-west-1",
        "153931337802": "us-west-2",
    },
    "smdistributed-modelparallel": {
        "658645717510": (
            "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 "
            "ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 "
            "sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"
        ),
    },
}
"""By the name of a registry, its accounts and the regions that each is for."""

REPOSITORIES = (
    (
        "algorithms",
        "",
        (
            "factorization-machines ipinsights kmeans knn linear-learner ntm object2vec pca "
            "randomcutforest"
        ),
    ),
    (
        "blazingtext",
        "",
        "blazingtext image-classification object-detection semantic-segmentation seq2seq",
    ),
    ("blazingtext", "ca-west-1 il-central-1 us-isof-east-1 us-isof-south-1", "xgboost"),
    (
        "deep-learning",
        "",
        (
            "huggingface-pytorch-tgi-inference pytorch-inference pytorch-training "
            "tensorflow-inference tensorflow-training"
        ),
    ),
    (
        "deep-learning",
        (
            "af-south-1 ap-east-1 ap-east-2 ap-northeast-2 ap-northeast-3 ap-south-2 ap-southeast-3 "
            "ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 "
            "cn-north-1 cn-northwest-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-2 "
            "il-central-1 me-central-1 me-south-1 mx-central-1 us-gov-east-1 us-gov-west-1 "
            "us-iso-east-1 us-isob-east-1 us-isof-east-1 us-isof-south-1 us-west-1"
        ),
        "huggingface-vllm-inference-neuronx",
    ),
    (
        "deep-learning",
        (
            "af-south-1 ap-east-1 ap-east-2 ap-northeast-2 ap-northeast-3 ap-southeast-3 "
            "ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 cn-north-1 cn-northwest-1 "
            "eu-north-1 eu-south-1 eu-west-2 me-central-1 me-south-1 mx-central-1 us-gov-east-1 "
            "us-gov-west-1 us-iso-east-1 us-isob-east-1 us-isof-east-1 us-isof-south-1 us-west-1"
        ),
        "pytorch-training-neuron",
    ),
    (
        "deep-learning",
        (
            "af-south-1 ap-east-1 ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 eu-south-1 "
            "eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 "
            "us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 us-isof-east-1 us-isof-south-1 "
            "us-west-1"
        ),
        "pytorch-inference-eia",
    ),
    (
        "deep-learning",
        (
            "af-south-1 ap-east-1 ap-northeast-2 ap-northeast-3 ap-southeast-3 ap-southeast-6 "
            "ca-central-1 cn-north-1 cn-northwest-1 eu-north-1 eu-south-1 eu-west-2 me-central-1 "
            "me-south-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 us-isof-east-1 "
            "us-isof-south-1 us-west-1"
        ),
        "huggingface-pytorch-inference-neuron",
    ),
    (
        "deep-learning",
        (
            "af-south-1 ap-east-1 ap-northeast-2 ap-northeast-3 ap-southeast-3 ap-southeast-6 "
            "ca-central-1 eu-north-1 eu-south-1 eu-west-2 me-central-1 me-south-1 us-iso-east-1 "
            "us-isob-east-1 us-isof-east-1 us-isof-south-1 us-west-1"
        ),
        "huggingface-pytorch-training-neuronx",
    ),
    (
        "deep-learning",
        (
            "ap-east-2 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-north-1 "
            "cn-northwest-1 me-central-1 mx-central-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 "
            "us-isob-east-1 us-isof-east-1 us-isof-south-1"
        ),
        "pytorch-trcomp-training",
    ),
    (
        "deep-learning",
        (
            "ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-north-1 cn-northwest-1 "
            "eu-south-1 me-central-1 me-south-1 mx-central-1 us-gov-east-1 us-gov-west-1 "
            "us-iso-east-1 us-isob-east-1 us-isof-east-1 us-isof-south-1"
        ),
        "pytorch-training-neuronx",
    ),
    (
        "deep-learning",
        (
            "ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-north-1 cn-northwest-1 "
            "mx-central-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 us-isof-east-1 "
            "us-isof-south-1"
        ),
        "stabilityai-pytorch-inference",
    ),
    (
        "deep-learning",
        (
            "ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-north-1 cn-northwest-1 "
            "mx-central-1 us-isof-east-1 us-isof-south-1"
        ),
        "autogluon-training",
    ),
    (
        "deep-learning",
        (
            "ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 mx-central-1 us-isof-east-1 "
            "us-isof-south-1"
        ),
        (
            "autogluon-inference huggingface-pytorch-inference huggingface-pytorch-training "
            "huggingface-tensorflow-inference huggingface-tensorflow-training mxnet-inference "
            "mxnet-inference-eia mxnet-training tensorflow-inference-eia"
        ),
    ),
    ("deep-learning", "ap-east-2 ap-southeast-6", "djl-inference"),
    (
        "deep-learning",
        "ap-southeast-3 ap-southeast-6 me-central-1 us-isof-east-1 us-isof-south-1",
        "huggingface-pytorch-inference-neuronx",
    ),
    (
        "deep-learning",
        (
            "ap-southeast-6 cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 us-iso-east-1 "
            "us-isob-east-1 us-isof-east-1 us-isof-south-1"
        ),
        "huggingface-pytorch-trcomp-training huggingface-tensorflow-trcomp-training",
    ),
    (
        "deep-learning",
        "us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 us-isof-east-1 us-isof-south-1",
        "sagemaker-tritonserver",
    ),
    (
        "deep-learning",
        "us-isof-east-1 us-isof-south-1",
        "pytorch-inference-graviton tensorflow-inference-graviton",
    ),
    ("forecasting-deepar", "", "forecasting-deepar"),
    (
        "image-classification-neo",
        "",
        (
            "image-classification-neo sagemaker-inference-mxnet sagemaker-inference-pytorch "
            "sagemaker-inference-tensorflow sagemaker-neo-mxnet sagemaker-neo-pytorch "
            "sagemaker-neo-tensorflow xgboost-neo"
        ),
    ),
    ("lda", "", "lda"),
    ("older-frameworks", "", "sagemaker-mxnet-eia sagemaker-mxnet-serving-eia"),
    (
        "older-frameworks",
        "ap-northeast-3",
        (
            "sagemaker-chainer sagemaker-mxnet sagemaker-mxnet-serving sagemaker-pytorch "
            "sagemaker-rl-mxnet sagemaker-rl-tensorflow sagemaker-tensorflow sagemaker-tensorflow-eia "
            "sagemaker-tensorflow-scriptmode sagemaker-tensorflow-serving "
            "sagemaker-tensorflow-serving-eia"
        ),
    ),
    ("sagemaker-base-python", "", "sagemaker-base-python"),
    ("sagemaker-clarify-processing", "", "sagemaker-clarify-processing"),
    ("sagemaker-data-wrangler-container", "", "sagemaker-data-wrangler-container"),
    (
        "sagemaker-debugger-rules",
        (
            "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 "
            "ap-southeast-1 ap-southeast-2 ca-central-1 cn-north-1 cn-northwest-1 eu-north-1 "
            "eu-south-1 eu-west-2 eu-west-3 me-south-1 sa-east-1 us-gov-west-1 us-west-1"
        ),
        "detailed-profiler-processing",
    ),
    ("sagemaker-debugger-rules", "il-central-1", "sagemaker-debugger-rules"),
    ("sagemaker-distribution-prod", "", "sagemaker-distribution-prod"),
    ("sagemaker-frameworks", "", "sagemaker-scikit-learn sagemaker-xgboost"),
    (
        "sagemaker-frameworks",
        (
            "ap-south-2 ap-southeast-4 ca-west-1 eu-central-2 eu-south-2 il-central-1 me-central-1 "
            "us-gov-east-1 us-isof-east-1 us-isof-south-1"
        ),
        "sagemaker-sparkml-serving",
    ),
    ("sagemaker-frameworks", "us-isof-east-1 us-isof-south-1", "tei tei-cpu"),
    ("sagemaker-geospatial-v1-0", "", "sagemaker-geospatial-v1-0"),
    ("sagemaker-model-monitor-analyzer", "", "sagemaker-model-monitor-analyzer"),
    (
        "sagemaker-rl-coach-container",
        "",
        "sagemaker-rl-coach-container sagemaker-rl-ray-container sagemaker-rl-vw-container",
    ),
    ("sagemaker-spark-processing", "", "sagemaker-spark-processing"),
    ("smdistributed-modelparallel", "", "smdistributed-modelparallel"),
)
"""A registry, the regions there that lack these repositories, and their names."""

FRAMEWORKS = {
    "autogluon": "autogluon-inference autogluon-training",
    "blazingtext": "blazingtext",
    "chainer": "sagemaker-chainer",
    "clarify": "sagemaker-clarify-processing",
    "coach-mxnet": "sagemaker-rl-mxnet",
    "coach-tensorflow": "sagemaker-rl-coach-container sagemaker-rl-tensorflow",
    "data-wrangler": "sagemaker-data-wrangler-container",
    "debugger": "sagemaker-debugger-rules",
    "detailed-profiler": "detailed-profiler-processing",
    "djl-deepspeed": "djl-inference",
    "djl-fastertransformer": "djl-inference",
    "djl-lmi": "djl-inference",
    "djl-neuronx": "djl-inference",
    "djl-tensorrtllm": "djl-inference",
    "factorization-machines": "factorization-machines",
    "forecasting-deepar": "forecasting-deepar",
    "huggingface": (
        "huggingface-pytorch-inference huggingface-pytorch-training "
        "huggingface-tensorflow-inference huggingface-tensorflow-training"
    ),
    "huggingface-llm": "huggingface-pytorch-tgi-inference",
    "huggingface-llm-neuronx": "huggingface-pytorch-tgi-inference",
    "huggingface-neuron": "huggingface-pytorch-inference-neuron",
    "huggingface-neuronx": "huggingface-pytorch-inference-neuronx huggingface-pytorch-training-neuronx",
    "huggingface-tei": "tei",
    "huggingface-tei-cpu": "tei-cpu",
    "huggingface-training-compiler": "huggingface-pytorch-trcomp-training huggingface-tensorflow-trcomp-training",
    "huggingface-vllm-neuronx": "huggingface-vllm-inference-neuronx",
    "hyperpod-recipes-neuron": "pytorch-training-neuronx",
    "image-classification": "image-classification",
    "image-classification-neo": "image-classification-neo",
    "inferentia-mxnet": "sagemaker-neo-mxnet",
    "inferentia-pytorch": "sagemaker-neo-pytorch",
    "inferentia-tensorflow": "sagemaker-neo-tensorflow",
    "ipinsights": "ipinsights",
    "kmeans": "kmeans",
    "knn": "knn",
    "lda": "lda",
    "linear-learner": "linear-learner",
    "model-monitor": "sagemaker-model-monitor-analyzer",
    "mxnet": (
        "mxnet-inference mxnet-inference-eia mxnet-training sagemaker-mxnet sagemaker-mxnet-eia "
        "sagemaker-mxnet-serving sagemaker-mxnet-serving-eia"
    ),
    "neo-mxnet": "sagemaker-inference-mxnet",
    "neo-pytorch": "sagemaker-inference-pytorch",
    "neo-tensorflow": "sagemaker-inference-tensorflow",
    "ntm": "ntm",
    "object-detection": "object-detection",
    "object2vec": "object2vec",
    "pca": "pca",
    "pytorch": (
        "pytorch-inference pytorch-inference-eia pytorch-inference-graviton pytorch-training "
        "sagemaker-pytorch"
    ),
    "pytorch-neuron": "pytorch-training-neuron",
    "pytorch-smp": "smdistributed-modelparallel",
    "pytorch-training-compiler": "pytorch-trcomp-training",
    "randomcutforest": "randomcutforest",
    "ray-pytorch": "sagemaker-rl-ray-container",
    "ray-tensorflow": "sagemaker-rl-ray-container sagemaker-rl-tensorflow",
    "sagemaker-base-python": "sagemaker-base-python",
    "sagemaker-distribution": "sagemaker-distribution-prod",
    "sagemaker-geospatial": "sagemaker-geospatial-v1-0",
    "sagemaker-tritonserver": "sagemaker-tritonserver",
    "semantic-segmentation": "semantic-segmentation",
    "seq2seq": "seq2seq",
    "sklearn": "sagemaker-scikit-learn",
    "spark": "sagemaker-spark-processing",
    "sparkml-serving": "sagemaker-sparkml-serving",
    "stabilityai": "stabilityai-pytorch-inference",
    "tensorflow": (
        "sagemaker-tensorflow sagemaker-tensorflow-eia sagemaker-tensorflow-scriptmode "
        "sagemaker-tensorflow-serving sagemaker-tensorflow-serving-eia tensorflow-inference "
        "tensorflow-inference-eia tensorflow-inference-graviton tensorflow-training"
    ),
    "vw": "sagemaker-rl-vw-container",
    "xgboost": "sagemaker-xgboost xgboost",
    "xgboost-neo": "xgboost-neo",
}
"""By the name that the SageMaker SDK gives a framework or algorithm, its repositories."""
