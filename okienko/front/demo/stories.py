"""What customers of „Ziarno i Glina" write about, and what the office does with it."""

from dataclasses import dataclass, field

from okienko.front.demo.enclosures import INVOICE_PAGE, LABEL, PHOTO, File


@dataclass(frozen=True)
class Step:
    """`who`: anna, bartek, celina, or "" for the customer. `text`: what is said, the tag, or who gets it."""

    who: str
    what: str
    text: str = ""


@dataclass(frozen=True)
class Story:
    customer: tuple[str, str]
    subject: str
    text: str
    hours_ago: float
    steps: tuple[Step, ...] = ()
    inbox: str = "sklep"
    html: str = ""
    files: tuple[File, ...] = field(default=())


def writes(text: str) -> Step:
    return Step("", "writes", text)


def anna(what: str, text: str = "") -> Step:
    return Step("anna", what, text)


def bartek(what: str, text: str = "") -> Step:
    return Step("bartek", what, text)


STORIES = [
    Story(
        ("Zofia Gąsiorowska", "zofia.gasiorowska@poczta.example"),
        "Pęknięte filiżanki „Szron”",
        "Dzień dobry,\n\nw piątek odebrałam zestaw czterech filiżanek „Szron”. Dwie są pęknięte przy uchu, choć karton "
        "z zewnątrz był cały. Chciałabym je po prostu wymienić – to prezent na 6 grudnia, więc trochę mi się spieszy.\n\n"
        "Pozdrawiam\nZofia Gąsiorowska",
        26,
        (
            anna("takes"),
            anna("tags", "reklamacja"),
            bartek(
                "notes",
                "Na półce B-14 leży 6 zestawów „Szron”. Jeśli potwierdzimy do 13:00, wyjadą dziś. "
                "To już trzecie zgłoszenie z tej partii, pakownia wie.",
            ),
            anna(
                "replies",
                "Dzień dobry, Pani Zofio,\n\nbardzo nam przykro. Nowy zestaw wyjedzie do Pani dziś i powinien "
                "być w czwartek. Zdjęcia wystarczą, protokół szkody nie jest potrzebny.\n\nPozdrawiam serdecznie\nAnna Nowicka",
            ),
            writes("Super, dziękuję za tak szybką odpowiedź!\n\nA te pęknięte mam odesłać?\n\nZofia"),
        ),
        files=(PHOTO,),
    ),
    Story(
        ("Łukasz Jędrzejczak", "lukasz.jedrzejczak@skrzynka.example"),
        "Gdzie jest moja paczka? Zamówienie 10455",
        "Piszę drugi raz. Śledzenie stoi od piątku w sortowni, a miało być u mnie wczoraj. Co się dzieje?\n\nŁ. Jędrzejczak",
        4.2,
        (anna("tags", "dostawa"),),
    ),
    Story(
        ("Tomasz Wiśniewski", "tomasz@wisniewski-studio.example"),
        "Faktura z błędnym NIP-em",
        "Dzień dobry,\n\nna fakturze FV/2026/11/318 jest stary NIP. Proszę o korektę na 525-000-12-34.\n\nTomasz Wiśniewski\n"
        "Wiśniewski Studio",
        7.5,
        (
            bartek("takes"),
            bartek("tags", "faktura"),
            bartek("notes", "Korekta czeka na podpis, będzie po 12:00."),
        ),
    ),
    Story(
        ("Noemi Ćwik", "noemi.cwik@poczta.example"),
        "Przerwa w subskrypcji",
        "Cześć! Wyjeżdżam na miesiąc, czy mogę wstrzymać subskrypcję kawy? Szkoda, żeby wietrzała pod drzwiami :)\n\nNoemi",
        9,
        (
            anna("takes"),
            anna(
                "replies",
                "Dzień dobry, Pani Noemi,\n\ntak, subskrypcję można wstrzymać na czas wyjazdu. Do kiedy Pani nie będzie?\n\n"
                "Anna Nowicka",
            ),
        ),
    ),
    Story(
        ("Олена Коваленко", "olena.kovalenko@poshta.example"),
        "Зміна адреси доставки",
        "Доброго дня! Чи можна змінити адресу доставки на Wrocław, ul. Żelazna 7? Замовлення 10471.\n\nДякую, Олена",
        1.6,
    ),
    Story(
        ("Kawiarnia Pod Bzem", "zamowienia@podbzem.example"),
        "Hurt: 12 kg Etiopii i cennik na 2027",
        "Dzień dobry,\n\nprosimy o 12 kg Etiopii Guji na przyszły wtorek oraz o cennik hurtowy na przyszły rok.\n\nMarta\nKawiarnia Pod Bzem",
        30,
        (
            bartek("takes"),
            bartek("tags", "hurt"),
            bartek(
                "replies", "Pani Marto,\n\nkawa będzie we wtorek rano. Cennik wyślę do piątku.\n\nBartek Zych"
            ),
        ),
    ),
    Story(
        ("Sklep internetowy", "powiadomienia@platforma-sklepowa.example"),
        "Nowe zamówienie 10493",
        "Zamówienie 10493\nKawa ziarnista „Brazylia Santos” 1 kg × 2\nRazem: 158,00 zł\nDostawa: automat paczkowy",
        0.4,
    ),
    Story(
        ("Grażyna Źrebiec", "grazyna.zrebiec@poczta.example"),
        "Zwrot młynka – odstąpienie od umowy",
        "Dzień dobry,\n\nodstępuję od umowy kupna młynka „Żarna 2” z zamówienia 10401. Młynek jest nieużywany. Gdzie mam go odesłać?\n\n"
        "Grażyna Źrebiec",
        50,
        (
            anna("takes"),
            anna("tags", "zwrot"),
            anna(
                "replies",
                "Dzień dobry, Pani Grażyno,\n\noświadczenie przyjęliśmy. Proszę odesłać młynek na adres: Magazyn Ziarno i Glina, "
                "ul. Młyńska 4, 60-001 Poznań. Pieniądze oddamy w ciągu 14 dni, tą samą drogą.\n\nAnna Nowicka",
            ),
            writes("Nadałam dziś. Dziękuję za wyjaśnienie!\n\nG. Źrebiec"),
            anna("replies", "Dziękujemy, damy znać, gdy paczka dotrze.\n\nAnna Nowicka"),
            anna("resolves"),
        ),
    ),
    Story(
        ("Piotr Łęcki", "piotr.lecki@skrzynka.example"),
        "Kod rabatowy JESIEŃ15 nie działa",
        "Wpisuję JESIEŃ15 i dostaję „kod nieprawidłowy”. W newsletterze było, że do końca miesiąca.\n\nPiotr",
        0.9,
        (anna("tags", "rabat"),),
    ),
    Story(
        ("Agnieszka Śliwa", "agnieszka.sliwa@poczta.example"),
        "Jaka kawa do kawiarki?",
        "Dzień dobry, dostałam kawiarkę na urodziny i nie wiem, jaką kawę wybrać. Lubię raczej czekoladę niż owoce. Mielecie też?\n\nAgnieszka",
        2.8,
    ),
    Story(
        ("Jan Żak", "jan.zak@firma-zak.example"),
        "Odp: potwierdzenie zamówienia 10388",
        "Brakuje jednej paczki filtrów, a na liście są dwie.\n\nW dniu 18.11.2026 Ziarno i Glina napisała:\n> Dziękujemy za zamówienie 10388.\n"
        "> Filtry papierowe 100 szt. × 2\n> Razem: 78,00 zł",
        20,
        (
            anna("takes"),
            anna("tags", "brak w paczce"),
            anna(
                "replies",
                "Dzień dobry, Panie Janie,\n\nprzepraszamy, drugą paczkę filtrów wysyłamy dziś na nasz koszt.\n\nAnna Nowicka",
            ),
            anna("resolves"),
        ),
    ),
    Story(
        ("Wydawnictwo Kubek", "biuro@wydawnictwo-kubek.example"),
        "Prośba o fakturę za kubki firmowe",
        "Dzień dobry, w załączeniu zamówienie i logo. Prosimy o fakturę pro forma.\n\nBiuro",
        5.5,
        (
            Step("celina", "gives", "anna"),
            bartek("notes", "@Anna logo jest w dobrej rozdzielczości, można drukować."),
        ),
        html=INVOICE_PAGE,
        files=(LABEL,),
    ),
    Story(
        ("Michał Dąb", "michal.dab@poczta.example"),
        "Reklamacja – dripper przecieka",
        "Dripper „Lejek” przecieka przy podstawie po tygodniu. Oczekuję wymiany albo zwrotu pieniędzy.\n\nMichał Dąb",
        73,
        (
            bartek("takes"),
            bartek("tags", "reklamacja"),
            bartek(
                "replies",
                "Panie Michale,\n\nwymienimy dripper na nowy. Kurier odbierze stary przy doręczeniu.\n\nBartek Zych",
            ),
            bartek("resolves"),
        ),
    ),
    Story(
        ("Ewa Cień", "nieistnieje@zlikwidowana.example"),
        "Czy wysyłacie do Czech?",
        "Dzień dobry, czy można zamówić z dostawą do Brna? Ile to kosztuje?\n\nEwa Cień",
        11,
        (
            anna("takes"),
            anna(
                "replies",
                "Dzień dobry, Pani Ewo,\n\ntak, dostawa do Czech kosztuje 39 zł i trwa do czterech dni.\n\nAnna Nowicka",
            ),
        ),
    ),
    Story(
        ("Stanisław Ogrodnik", "s.ogrodnik@skrzynka.example"),
        "Proszę o telefon",
        "Dzień dobry, wolałbym porozmawiać. Nie umiem złożyć zamówienia przez internet, a chciałbym kupić ekspres dla córki.\n\nStanisław Ogrodnik, 78 lat",
        3.3,
    ),
    Story(
        ("Julia Wróbel", "julia.wrobel@poczta.example"),
        "Kiedy wróci Etiopia Guji?",
        "Hej, znowu wyprzedana! Dacie znać, jak wróci?\n\nJulka",
        15,
        (
            anna("takes"),
            anna(
                "replies",
                "Pani Julio,\n\nnowa dostawa będzie 2 grudnia, napiszemy do Pani tego dnia.\n\nAnna Nowicka",
            ),
        ),
    ),
    Story(
        ("Restauracja Młyn", "biuro@restauracja-mlyn.example"),
        "Talerze „Piasek” – 60 sztuk",
        "Dzień dobry, ile trwa wypalenie 60 talerzy „Piasek” 27 cm i czy jest rabat od ilości?\n\nRestauracja Młyn",
        6.1,
        (bartek("takes"), bartek("tags", "hurt")),
    ),
    Story(
        ("Katarzyna Ptak", "kasia.ptak@poczta.example"),
        "Zmiana adresu, zamówienie 10488",
        "Pomyliłam numer mieszkania: ma być 14, a nie 41. Czy da się jeszcze poprawić?\n\nKatarzyna Ptak",
        0.2,
    ),
    Story(
        ("Adam Szczygieł", "adam.szczygiel@skrzynka.example"),
        "Podwójna płatność",
        "Z konta zeszło mi dwa razy 119,00 zł za zamówienie 10479. Proszę o zwrot jednej wpłaty.\n\nAdam Szczygieł",
        2.1,
        (anna("tags", "płatność"),),
    ),
    Story(
        ("Beata Lis", "beata.lis@poczta.example"),
        "Dziękuję!",
        "Chciałam tylko napisać, że kubek „Mgła” jest piękny. Pakowanie bez plastiku – brawo!\n\nBeata",
        28,
        (
            anna("takes"),
            anna("replies", "Pani Beato, przekażę to całej pracowni. Dziękujemy!\n\nAnna Nowicka"),
            anna("resolves"),
        ),
    ),
    Story(
        ("Krzysztof Żuraw", "k.zuraw@poczta.example"),
        "Kawa zwietrzała?",
        "Data palenia na paczce to 2 sierpnia. Czy to nie za stara kawa jak na sprzedaż w listopadzie?\n\nKrzysztof Żuraw",
        8.4,
    ),
    Story(
        ("Hurtownia Ziarenko", "ksiegowosc@ziarenko.example"),
        "Wezwanie do zapłaty FV 881/2026",
        "Dzień dobry, nie odnotowaliśmy wpłaty za fakturę 881/2026 na kwotę 4 312,50 zł. Prosimy o potwierdzenie przelewu.\n\nDział księgowości",
        25,
        (
            bartek("takes"),
            bartek("notes", "Przelew poszedł 19.11, wysyłam potwierdzenie."),
            bartek("replies", "Dzień dobry,\n\nprzelew wykonaliśmy 19 listopada.\n\nBartek Zych"),
        ),
        inbox="faktury",
    ),
    Story(
        ("Urząd Skarbowy", "kancelaria@urzad.example"),
        "Zaświadczenie o niezaleganiu",
        "W odpowiedzi na wniosek informujemy, że zaświadczenie jest gotowe do odbioru.",
        12,
        inbox="faktury",
    ),
    Story(
        ("Zofia Gąsiorowska", "zofia.gasiorowska@poczta.example"),
        "Karta podarunkowa dla siostry",
        "Dzień dobry, czy karta podarunkowa ma termin ważności? Chciałabym kupić na 200 zł.\n\nZofia Gąsiorowska",
        1.1,
    ),
]
