#include "analysis/language.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "analysis/everyday.hpp"
#include "analysis/unicode.hpp"

namespace barometer {

namespace {

constexpr std::size_t most_tokens = 400;  // enough to know; keeps a very long text cheap

constexpr std::array<Tongue, 15> all_tongues{{
    {"en",
     "the and of to in is was it for that you with on at this my have not they she he had been what are be me we so "
     "her him from but or all were there our no out up if about who get just like now can will would i an as by "
     "their them when how after before because an got her's his today day thank thanks i'm it's don't didn't "
     // Words of other languages below, too: one of them alone makes no short English text another language's.
     "a am do go come has son dad mam bore care ward hospital doctor medic air plus met bet die war hat van arts "
     "ale den op math"},
    {"cy",
     "yn y yr a mae ar wedi ac i'r a'r o'r ydy oedd fy ei eu ni chi nhw gan ond am dros nos bore ysbyty meddyg nyrs "
     "diolch "
     "iawn bod roedd sydd sy'n mewn gyda hefyd newydd pwy pam ble sut dwi dw rydw rydym cael wneud aros rhestr hyn hon "
     "mam dad heddiw eto digon blwyddyn flynedd bach mawr da ward gofal i ddim nad oes cyn gwych"},
    {"gd", "tha agus ann an a air chan eil bha mi thu sinn iad le aig gu bho mo do gle math tapadh leibh ospadal"},
    {"ga", "tá agus an a bhí sé sí is le ag ar mo do ní raibh go raibh maith ospidéal dochtúir"},
    {"fr",
     "le la les des une a est et à au aux dans pour pas que qui sur avec mon ma mes son sa ses notre nous vous il elle "
     "je suis était très après merci hôpital depuis plus mais ou ce cette ont été du de en un bien médecin"},
    {"es",
     "el la los las una a es y en para por que con mi mis su sus muy está pero más como hoy gracias hospital médico "
     "nos qué del al lo se no ha fue han estoy tengo desde hace enfermera un de me hermana madre orgullo"},
    {"pt",
     "o os a uma é em para por que com meu minha muito está mas não mais como hoje obrigado obrigada hospital médico "
     "do da dos das na no ao foi tem estou desde há enfermeira um de me mãe pai são você"},
    {"it",
     "il lo gli una a è e di che per con mio mia molto sono ma non più come oggi grazie ospedale medico della del nel "
     "alla dal mi ci ha stato da un infermiera madre padre anche questo tutto"},
    {"de",
     "der die das und ist nicht ich wir sie er es ein eine mit für auf im zu von den dem war meine mein sehr aber "
     "krankenhaus arzt danke heute seit noch nach wie bei auch haben hat wurde warten"},
    {"nl",
     "de het een en is niet ik wij zij hij met voor op van dat dit mijn zeer maar ziekenhuis arts dank vandaag sinds "
     "nog na hoe bij ook hebben heeft werd wachten naar was zijn"},
    {"pl",
     "i w na z a do nie się jest to że mam jak po o dla przy od za ale czy był była dzisiaj dziękuję szpital szpitalu "
     "lekarz gdzie mogę moja mój bardzo godzin są przez już tylko ma ze co w tym niedzielę mama tata"},
    {"ro",
     "și în la de nu este pe cu am că pentru din mai un o al ale sunt foarte mulțumesc spital spitalul medic doctor "
     "unde când "
     "mama tata meu mea a fost ore care dar si sa au ce"},
    {"tr",
     "ve bir bu için çok ne de da değil hastane hastanede doktor teşekkürler teşekkür annem babam var yok ben sen biz "
     "saat bugün ama gibi daha ile mi olarak"},
    {"so", "waa iyo ee ku ka la in uu ay aad mahadsanid isbitaalka dhakhtarka hooyo maanta waxaan waxay ma soo laga"},
    {"lt",
     "ir yra ne kad su į iš labai ačiū ligoninė ligoninėje gydytojas mano bet aš tai buvo šiandien kaip prie per"},
}};

struct Script {
  char32_t first;
  char32_t last;
  std::string_view tag;
};

// The scripts that name a language, or the likeliest in Britain of those that share one.
constexpr Script scripts[] = {
    {0x0370, 0x03FF, "el"}, {0x0400, 0x04FF, "uk"}, {0x0590, 0x05FF, "he"}, {0x0600, 0x06FF, "ar"},
    {0x0750, 0x077F, "ur"}, {0x0900, 0x097F, "hi"}, {0x0980, 0x09FF, "bn"}, {0x0A00, 0x0A7F, "pa"},
    {0x0A80, 0x0AFF, "gu"}, {0x0B80, 0x0BFF, "ta"}, {0x0C00, 0x0C7F, "te"}, {0x0D00, 0x0D7F, "ml"},
    {0x0E00, 0x0E7F, "th"}, {0x10A0, 0x10FF, "ka"}, {0x1200, 0x137F, "am"}, {0x0530, 0x058F, "hy"},
    {0x3040, 0x30FF, "ja"}, {0xAC00, 0xD7AF, "ko"}, {0x4E00, 0x9FFF, "zh"},
};

std::string_view script_of(char32_t c) {
  for (const Script& row : scripts)
    if (c >= row.first && c <= row.last) return row.tag;
  return {};
}

// Letters that tell apart the languages which share a script.
std::string_view told_by_letter(char32_t c) {
  if (std::u32string_view{U"ٹڈڑںےہگچپھ"}.find(c) != std::u32string_view::npos) return "ur";
  if (std::u32string_view{U"ыэъё"}.find(c) != std::u32string_view::npos) return "ru";
  if (std::u32string_view{U"іїєґ"}.find(c) != std::u32string_view::npos) return "uk";
  return {};
}

// How many words there are of each tongue.
using Counts = std::array<std::uint16_t, EverydayWord::most_tongues>;
static_assert(all_tongues.size() <= Counts{}.size());

// The language of most letters that are not Latin; empty if they are fewer than the Latin ones.
std::string_view by_script(const Tokens& tokens) {
  int latin = 0;
  std::unordered_map<std::string_view, int> letters;
  std::string_view told = {};
  std::size_t seen = 0;
  for (const Token& token : tokens) {
    if (++seen > most_tokens) break;
    if (token.kind != TokenKind::word) continue;
    for (std::size_t at = 0; at < token.text.size();) {
      if (static_cast<unsigned char>(token.text[at]) < 0xCD) {  // Latin and its accents
        ++latin;
        ++at;
        continue;
      }
      const CodePoint point = code_point_at(token.text, at);
      at += point.bytes;
      if (const auto tag = script_of(point.value); !tag.empty()) ++letters[tag];
      if (const auto tag = told_by_letter(point.value); !tag.empty()) told = tag;
    }
  }
  std::string_view best = {};
  int most = latin;
  for (const auto& [tag, count] : letters)
    if (count > most || (count == most && tag < best)) {
      best = tag;
      most = count;
    }
  if ((best == "ar" && told == "ur") || (best == "uk" && told == "ru")) return told;
  if (best == "zh" && letters.contains("ja")) return "ja";
  return best;
}

bool has_high_byte(const Tokens& tokens) {
  return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return token.kind == TokenKind::word && std::any_of(token.text.begin(), token.text.end(),
                                                        [](char c) { return static_cast<unsigned char>(c) >= 0xCD; });
  });
}

}  // namespace

std::span<const Tongue> tongues() { return all_tongues; }

std::string language_of(const Tokens& tokens, std::string_view claim) {
  if (!tokens.ascii() && has_high_byte(tokens))
    if (const std::string_view tag = by_script(tokens); !tag.empty()) return std::string{tag};
  Counts hits{};
  const EverydayWord* const words = everyday_words().data();
  std::size_t seen = 0;
  for (const Token& token : tokens) {
    const bool is_word = token.kind == TokenKind::word;
    seen += is_word;
    if (seen > most_tokens) break;
    // The first row, which counts for none, stands for all words that are not everyday ones: adding it costs less than asking.
    const auto of = words[static_cast<std::size_t>(token.everyday * is_word)]
                        .tongues;  // a copy, which cannot lie where `hits` does: added up by vectors
    for (std::size_t i = 0; i < hits.size(); ++i) hits[i] = static_cast<std::uint16_t>(hits[i] + of[i]);
  }
  const auto best = std::max_element(hits.begin() + 1, hits.begin() + all_tongues.size());
  const std::string_view other = all_tongues[static_cast<std::size_t>(best - hits.begin())].tag;
  const std::string_view claimed = claim.substr(0, std::min(claim.find_first_of("-_"), claim.size()));
  // Two everyday words more than English has, or half of a short text's words, outweigh a claim of English.
  constexpr int clear = 2;
  if (*best >= hits[0] + clear) return std::string{other};
  if (*best > hits[0] && seen < 6) return std::string{other};
  if (hits[0] >= *best + clear || claimed.empty()) return "en";
  return std::string{claimed};
}

}  // namespace barometer
