"""What people of the demo town's past year wrote to one another. To an applicant everybody writes in the applicant's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, str]

# Why a case ended as it did, by service and move.
REASONS: Final[Mapping[tuple[str, str], Words]] = {
    ("birth-certificate", "not-found"): {
        "en": "There is no entry with this name and day in our books. Ask in the town that is named in your family book.",
        "es": "No hay ninguna inscripción con ese nombre y ese día en nuestros libros. Pregunte en el municipio que figura en su libro de familia.",
        "ar": "لا يوجد في سجلاتنا قيد بهذا الاسم وهذا اليوم. اسأل في البلدة المذكورة في دفتر العائلة.",
    },
    ("birth-certificate", "refuse"): {
        "en": "The paper does not show that you are this child's guardian. Send us the decision of the court and apply again.",
        "es": "El documento no demuestra que usted sea tutor de este menor. Envíenos la resolución del juzgado y vuelva a solicitarlo.",
        "ar": "لا تثبت الوثيقة أنك وصي على هذا الطفل. أرسل إلينا قرار المحكمة وقدم الطلب من جديد.",
    },
    ("building-permit", "reject"): {
        "en": "The drawings have no scale and the section is missing. Add both and apply again: we keep your plan number.",
        "es": "Los planos no tienen escala y falta la sección. Añada ambas cosas y vuelva a solicitarlo: conservamos su número de plano.",
        "ar": "لا يوجد مقياس على الرسوم وينقصها المقطع. أضف الاثنين وقدم الطلب من جديد، وسنحتفظ برقم المخطط.",
    },
    ("building-permit", "refuse"): {
        "en": "The building would stand less than three metres from the neighbour's plot, and the plan for this street does not allow that.",
        "es": "El edificio quedaría a menos de tres metros de la parcela vecina y el plan de esta calle no lo permite.",
        "ar": "سيبعد البناء عن أرض الجيران أقل من ثلاثة أمتار، وهذا لا يسمح به مخطط هذا الشارع.",
    },
    ("bulky-waste", "decline"): {
        "en": "This is more than one van can take. Bring a part of it to the depot in Dry Dock Road, which is free, and ask again for the rest.",
        "es": "Es más de lo que cabe en una furgoneta. Lleve una parte al punto limpio de Dry Dock Road, que es gratuito, y pida de nuevo la recogida del resto.",
        "ar": "هذا أكثر مما تتسع له شاحنة واحدة. خذ جزءاً منه إلى المستودع في Dry Dock Road مجاناً، ثم اطلب جمع الباقي.",
    },
    ("bulky-waste", "miss"): {
        "en": "Our team came between 8:00 and 12:00 and nothing stood at the kerb. Choose another day; you do not pay again.",
        "es": "Nuestro equipo pasó entre las 8:00 y las 12:00 y no había nada en la acera. Elija otro día; no paga de nuevo.",
        "ar": "جاء فريقنا بين الثامنة والثانية عشرة ولم يجد شيئاً على الرصيف. اختر يوماً آخر، ولن تدفع مرة ثانية.",
    },
    ("business-licence", "refuse"): {
        "en": "The study shows more noise than is allowed at night below homes. With other hours, or better insulation, you can apply again.",
        "es": "El estudio muestra más ruido del permitido de noche bajo viviendas. Con otro horario o mejor aislamiento puede volver a solicitarlo.",
        "ar": "تبين الدراسة ضجيجاً أكثر مما يسمح به ليلاً تحت المساكن. يمكنك تقديم الطلب من جديد بساعات أخرى أو عزل أفضل.",
    },
    ("change-of-address", "refuse"): {
        "en": "The contract is for another flat in the same house. Send us the right one and tell us again that you moved.",
        "es": "El contrato es de otro piso del mismo edificio. Envíenos el correcto y comunique de nuevo su cambio de domicilio.",
        "ar": "العقد لشقة أخرى في البناء نفسه. أرسل إلينا العقد الصحيح وأبلغنا بانتقالك من جديد.",
    },
    ("data-request", "reply"): {
        "en": "Our colleague opened your case to decide it, as you had asked. Nothing else of yours was read on that day.",
        "es": "Nuestro compañero abrió su expediente para resolverlo, como usted había pedido. Ese día no se leyó nada más de usted.",
        "ar": "فتح زميلنا معاملتك ليبت فيها كما طلبت. ولم يُقرأ شيء آخر يخصك في ذلك اليوم.",
    },
    ("data-request", "refuse"): {
        "en": "The paper shows the name as we have it. Send us one that shows the other name, and we put it right.",
        "es": "El documento muestra el nombre tal como lo tenemos. Envíenos uno que muestre el otro nombre y lo corregiremos.",
        "ar": "تُظهر الوثيقة الاسم كما هو عندنا. أرسل إلينا وثيقة فيها الاسم الآخر لنصححه.",
    },
    ("dog-licence", "refuse"): {
        "en": "The chip number belongs to another dog. Ask your vet to read the chip again, then apply once more.",
        "es": "El número de chip pertenece a otro perro. Pida a su veterinario que lea el chip otra vez y vuelva a solicitarlo.",
        "ar": "رقم الشريحة يعود إلى كلب آخر. اطلب من الطبيب البيطري قراءة الشريحة مرة أخرى ثم قدم الطلب من جديد.",
    },
    ("event-permit", "permit-with-conditions"): {
        "en": "Music ends at 22:00, and the way for the fire brigade stays free, four metres wide.",
        "es": "La música termina a las 22:00 y el paso de bomberos queda libre, con cuatro metros de ancho.",
        "ar": "تنتهي الموسيقى في العاشرة مساءً، ويبقى ممر الإطفاء خالياً بعرض أربعة أمتار.",
    },
    ("event-permit", "permit-reviewed-with-conditions"): {
        "en": "The safety plan holds: gas bottles stand outside, and stewards keep both ways out free.",
        "es": "Rige el plan de seguridad: las bombonas quedan fuera y el personal mantiene libres las dos salidas.",
        "ar": "يُعمل بخطة السلامة: تبقى أسطوانات الغاز في الخارج، ويُبقي المنظمون المخرجين خاليين.",
    },
    ("event-permit", "refuse"): {
        "en": "The place is taken on that day. Call us: we help you find another day or another place.",
        "es": "El lugar está ocupado ese día. Llámenos: le ayudamos a encontrar otro día u otro lugar.",
        "ar": "المكان محجوز في ذلك اليوم. اتصل بنا لنساعدك في إيجاد يوم آخر أو مكان آخر.",
    },
    ("heating-allowance", "refuse"): {
        "en": "What your household lives on is above the limit, and the bill is for a holiday flat. If that changes, apply again at any time.",
        "es": "Los ingresos de su hogar superan el límite y la factura es de una vivienda de vacaciones. Si eso cambia, vuelva a solicitarlo.",
        "ar": "دخل أسرتك أعلى من الحد، والفاتورة لشقة عطلات. إذا تغير ذلك فقدم الطلب من جديد في أي وقت.",
    },
    ("library-card", "refuse"): {
        "en": "There is a card in this name already. Bring it to the library, also if it is lost: we make a new one there.",
        "es": "Ya hay un carné a este nombre. Acuda a la biblioteca, también si lo ha perdido: allí le hacemos otro.",
        "ar": "توجد بطاقة بهذا الاسم. تعال إلى المكتبة حتى لو فقدتها، وسنصنع لك بطاقة جديدة هناك.",
    },
    ("parking-fine", "cancel"): {
        "en": "Your permit was valid on that day; our reader did not know it yet. You pay nothing. We are sorry.",
        "es": "Su permiso era válido ese día; nuestro lector aún no lo conocía. No paga nada. Disculpe las molestias.",
        "ar": "كان تصريحك سارياً في ذلك اليوم ولم يكن جهازنا قد عرفه بعد. لا تدفع شيئاً، ونعتذر منك.",
    },
    ("parking-fine", "uphold"): {
        "en": "The photo shows the car below the sign. You have 20 days from today to pay half.",
        "es": "La foto muestra el coche bajo la señal. Tiene 20 días desde hoy para pagar la mitad.",
        "ar": "تُظهر الصورة السيارة تحت اللافتة. لديك عشرون يوماً من اليوم لتدفع النصف.",
    },
    ("property-tax", "give-back"): {
        "en": "The bill was paid twice, here and by your bank. What you paid here goes back to your card.",
        "es": "El recibo se pagó dos veces: aquí y por su banco. Lo que pagó aquí vuelve a su tarjeta.",
        "ar": "دُفعت الفاتورة مرتين: هنا وعن طريق مصرفك. يُعاد ما دفعته هنا إلى بطاقتك.",
    },
    ("resident-parking", "refuse"): {
        "en": "The car is registered in another town. Have its papers changed to your address, then apply again.",
        "es": "El coche está matriculado en otro municipio. Cambie el domicilio en su permiso de circulación y vuelva a solicitarlo.",
        "ar": "السيارة مسجلة في بلدة أخرى. غيّر العنوان في أوراقها ثم قدم الطلب من جديد.",
    },
}
# Why a case went back a step: for colleagues.
BACK: Final = {
    "return": "Please look again at the papers for the premises: the floor plan and the lease do not agree.",
    "back-to-planning": "The stalls moved since this was planned. Please settle the places first.",
    "back-to-safety": "Two ways out are on the plan and one of them is a shop window. Please check once more.",
}
FILE_ASKED: Final[Words] = {
    "en": "One page of what you sent cannot be read. Please send it again, or write to us what it says.",
    "es": "Una de las páginas que envió no se puede leer. Envíela de nuevo o escríbanos lo que dice.",
    "ar": "إحدى الصفحات التي أرسلتها غير مقروءة. نرجو إرسالها من جديد أو كتابة ما جاء فيها.",
}
FILE_ANSWER: Final[Words] = {
    "en": "Sorry about that. It says what I wrote in the form; I checked it again today.",
    "es": "Disculpe. Dice lo mismo que escribí en el formulario; lo he comprobado hoy.",
    "ar": "عذراً. مكتوب فيها ما كتبته في النموذج، وقد تحققت منه اليوم.",
}
ASKED: Final[Words] = {
    "en": "We tried to call you and nobody answered. When can we reach you, and at which number?",
    "es": "Le hemos llamado y nadie contestó. ¿Cuándo y en qué número podemos localizarle?",
    "ar": "اتصلنا بك ولم يجب أحد. متى يمكننا الوصول إليك وعلى أي رقم؟",
}
ANSWER: Final[Words] = {
    "en": "After five in the afternoon, at the same number. Thank you for trying again.",
    "es": "Después de las cinco de la tarde, en el mismo número. Gracias por intentarlo otra vez.",
    "ar": "بعد الخامسة عصراً على الرقم نفسه. شكراً لمحاولتكم من جديد.",
}
WRONG: Final[Words] = {
    "en": "This does not agree with the paper that you sent. Please look at the paper and enter it again.",
    "es": "Esto no coincide con el documento que envió. Mire el documento e introdúzcalo de nuevo.",
    "ar": "هذا لا يتفق مع الوثيقة التي أرسلتها. انظر في الوثيقة وأدخله من جديد.",
}
WRITES: Final[tuple[Words, ...]] = (
    {
        "en": "Good morning. Can you tell me whether anything is still missing?",
        "es": "Buenos días. ¿Pueden decirme si falta algo?",
        "ar": "صباح الخير. هل ينقص شيء؟",
    },
    {
        "en": "My telephone number is a new one since Monday. I wrote it on my page.",
        "es": "Desde el lunes tengo otro número de teléfono. Lo he puesto en mi página.",
        "ar": "تغير رقم هاتفي منذ يوم الاثنين، وقد كتبته في صفحتي.",
    },
    {
        "en": "I am away next week. If there is something to sign, can it wait until I am back?",
        "es": "La semana que viene estoy fuera. Si hay que firmar algo, ¿puede esperar a mi vuelta?",
        "ar": "سأكون مسافراً الأسبوع القادم. إن كان هناك ما يوقَّع، فهل يمكن أن ينتظر عودتي؟",
    },
)
REPLIES: Final[Words] = {
    "en": "Thank you for writing. Nothing is missing; we are working on it and write to you as soon as it is decided.",
    "es": "Gracias por escribir. No falta nada; estamos en ello y le escribiremos en cuanto se resuelva.",
    "ar": "شكراً لرسالتك. لا ينقص شيء، ونحن نعمل على طلبك وسنكتب إليك فور البت فيه.",
}
REOPENED: Final[Words] = {
    "en": "A paper reached us after we decided. We look at your case again with it.",
    "es": "Nos llegó un documento después de resolver. Revisamos su expediente con él.",
    "ar": "وصلتنا وثيقة بعد القرار، ونعيد النظر في معاملتك على أساسها.",
}
DATA_ASKED: Final[Words] = {
    "en": "I do not know this office. Why did it read what I sent?",
    "es": "No conozco esta oficina. ¿Por qué leyó lo que envié?",
    "ar": "لا أعرف هذا المكتب. لماذا قرأ ما أرسلته؟",
}
NOTES: Final = (
    "Called, nobody answered; tried again in the afternoon.",
    "Same household as an earlier case.",
    "Checked with the register: fine.",
    "The scan is faint, but it can be read at full size.",
    "Came to the counter and showed the original.",
)
ASKS_A_COLLEAGUE: Final = "Can you look at the second paper? I am not sure that it is the newest."
HANDED_OVER: Final = (
    "I am in training from tomorrow on. Everything is here, only the last paper is to be checked."
)
SAME_PERSON: Final = "The same person, with the same papers: look at both together."
# What the services' examples say in English, in Spanish and Arabic: people write in their own language.
IN_OTHER_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "A kitchen towards the garden, in brick, with a flat roof.": (
        "Una cocina hacia el jardín, de ladrillo y con cubierta plana.",
        "مطبخ باتجاه الحديقة من الآجر بسقف مستوٍ.",
    ),
    "The floor is 60 cm above the street.": (
        "El suelo queda 60 cm por encima de la calle.",
        "الأرضية أعلى من الشارع بستين سنتيمتراً.",
    ),
    "A house for two families.": ("Una casa para dos familias.", "بيت لعائلتين."),
    "They stand where the house will be. We plant four olive trees.": (
        "Están donde irá la casa. Plantamos cuatro olivos.",
        "هما في مكان البيت، وسنزرع أربع شجرات زيتون.",
    ),
    "The old windows stay; new ones are set behind them.": (
        "Las ventanas antiguas se quedan; detrás se ponen otras nuevas.",
        "تبقى النوافذ القديمة وتوضع خلفها نوافذ جديدة.",
    ),
    "Better windows.": ("Mejores ventanas.", "نوافذ أفضل."),
    "The shop on the ground floor becomes a flat.": (
        "La tienda de la planta baja pasa a ser una vivienda.",
        "يتحول المتجر في الطابق الأرضي إلى شقة.",
    ),
    "A piano.": ("Un piano.", "بيانو."),
    "Behind the blue gate": ("Detrás de la puerta azul", "خلف البوابة الزرقاء"),
    "Doors and windows are closed from 23:00 on, and somebody stands at the door.": (
        "Desde las 23:00 puertas y ventanas están cerradas y hay una persona en la entrada.",
        "تُغلق الأبواب والنوافذ من الحادية عشرة ليلاً ويقف شخص عند الباب.",
    ),
    "Windows and doors for boats.": ("Ventanas y puertas para barcos.", "نوافذ وأبواب للقوارب."),
    "A ramp at the side door, with a bell.": (
        "Una rampa en la puerta lateral, con timbre.",
        "منحدر عند الباب الجانبي مع جرس.",
    ),
    "Nobody lives in the building.": ("En el edificio no vive nadie.", "لا يسكن أحد في المبنى."),
    "My other name is missing.": ("Falta mi otro nombre.", "ينقص اسمي الآخر."),
    "My permit is for this zone. It began on 1 February.": (
        "Mi permiso es de esta zona y ya había empezado.",
        "تصريحي لهذه المنطقة وكان قد بدأ سريانه.",
    ),
    "The sign was behind a tree.": ("La señal estaba detrás de un árbol.", "كانت اللافتة خلف شجرة."),
    "Karim lost his work in October and is in hospital.": (
        "Perdió el trabajo en otoño y está en el hospital.",
        "فقد عمله في الخريف وهو في المستشفى.",
    ),
    "Tables in the street, food that everybody brings, games for children.": (
        "Mesas en la calle, comida que trae cada uno y juegos para los niños.",
        "طاولات في الشارع وطعام يحضره الجميع وألعاب للأطفال.",
    ),
    "Tables leave 2 metres free for wheelchairs and the fire brigade.": (
        "Las mesas dejan 2 metros libres para sillas de ruedas y bomberos.",
        "تترك الطاولات مترين للكراسي المتحركة وفرقة الإطفاء.",
    ),
    "Two evenings with four bands, and fireworks on the second.": (
        "Dos noches con cuatro grupos y fuegos artificiales la segunda.",
        "أمسيتان بأربع فرق، وألعاب نارية في الثانية.",
    ),
    "Thirty stalls with flowers, pottery and soup.": (
        "Treinta puestos con flores, cerámica y sopa.",
        "ثلاثون كشكاً للزهور والفخار والحساء.",
    ),
    "Everything is on one level.": ("Todo está al mismo nivel.", "كل شيء على مستوى واحد."),
    "Six people read poems.": ("Seis personas leen poemas.", "ستة أشخاص يقرؤون قصائد."),
    "The lawn is flat.": ("El césped es llano.", "العشب مستوٍ."),
    "A small firework for midsummer.": (
        "Unos pequeños fuegos artificiales por San Juan.",
        "ألعاب نارية صغيرة في منتصف الصيف.",
    ),
    "The boardwalk goes to the place.": ("La pasarela llega hasta el lugar.", "الممشى يصل إلى المكان."),
    "Ten kilometres, up Beacon Hill and back.": (
        "Diez kilómetros, subiendo a Beacon Hill y vuelta.",
        "عشرة كيلومترات صعوداً إلى Beacon Hill وعودة.",
    ),
    "A shorter way for wheelchairs.": (
        "Un recorrido más corto para sillas de ruedas.",
        "مسار أقصر للكراسي المتحركة.",
    ),
    "A raised place for wheelchairs, and a quiet corner.": (
        "Una plataforma para sillas de ruedas y un rincón tranquilo.",
        "مكان مرتفع للكراسي المتحركة وركن هادئ.",
    ),
}
# Other names for the events of the examples: not every concert has the same one.
EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Lantern Street party": ("Lantern Street party", "Lantern Street lunch", "Lantern Street evening"),
    "Harbour Nights": ("Harbour Nights", "Jazz on the quay", "Choirs by the water"),
    "Spring market": ("Spring market", "Flower market", "Potters' market", "Market of the four winds"),
    "Beacon Run": ("Beacon Run", "Harbour ten", "Run to the lighthouse"),
    "Poems under the trees": ("Poems under the trees", "Poems at dusk", "Reading in the park"),
    "Midsummer fire": ("Midsummer fire", "Lights on the beach"),
}
