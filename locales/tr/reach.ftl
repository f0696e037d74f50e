# Birinin bir şeyi neden yapabildiği ve kimlerin yapabildiği.

admin-nav-why = Neden
admin-nav-who = Kim yapabilir

admin-reach-form = Soru
admin-reach-action = Yapılacak iş
admin-reach-type = Kaynağın türü
admin-reach-type-hint = Uygulamanın sözcükleriyle, örneğin feedback.
admin-reach-id = Kimliği
admin-reach-id-hint = Örneğin f-101. Hangisi olduğu önemli değilse herhangi bir metin.
admin-reach-properties = Hakkında bilinenler
admin-reach-properties-hint = Her satıra bir tane, örneğin region = emea. Kuruluşu yazmak gerekmez.
admin-reach-context = Koşullar
admin-reach-context-hint = Uygulamanın ilkeler için bildirdiği diğer şeyler, her satıra bir tane. Boş kalabilir.
admin-reach-wrong-action = Yapılacak işi seçin.
admin-reach-wrong-word = Kaynağın türü ve kimliği 1 ile 256 karakter arasında olmalıdır.
admin-reach-wrong-line = “{ $what }” okunamıyor. Bir ad, = ve bir değer yazın, örneğin region = emea.

admin-why-title = Neden, ya da neden değil
admin-why-what = Birinin bir şeyi yapıp yapamayacağı, bir uygulamaya bildirileceği gibi; kendisine verilenlerle ve yanıtı neyin değiştireceğiyle birlikte. Soran kayda geçer.
admin-why-state = Biri bir şeyi yapabilir mi ve neden
admin-why-link = Bu kişi bir şeyi neden yapabiliyor
admin-why-yes = Evet
admin-why-no = Hayır
admin-why-about = { $person }: { $action }, { $resource }
admin-why-granted = Burada bunu veren: { $by }.
admin-why-granted-by-policy = Burada buna izin veren ilke: { $by }.
admin-why-no-grant = Bu kişinin hiçbir rolü ve hiçbir ilke bunu vermiyor.
admin-why-outside-scope = Bir rol bunu veriyor, ama bu kaynağın bulunduğu yerde değil: { $by }.
admin-why-forbidden-by-policy = Roller ne verirse versin, bir ilke bunu burada yasaklıyor: { $by }.
admin-why-policy-error = Bir ilke değerlendirilemedi, bu yüzden hiçbir şeye izin verilmiyor: { $by }.
admin-why-unusable-attribute = Kişinin veya kaynağın bir özniteliğinin değeri ilkelerde kullanılamıyor.
admin-why-subject-inactive = Hesap veya kuruluşu etkin değil.
admin-why-other-organisation = Kaynak başka bir kuruluşa ait.
admin-why-application-retired = Uygulama kullanımdan kaldırılmış. Geri getirilene kadar hiçbir şey vermez.
admin-why-cures = Yanıtı ne değiştirir
admin-why-cure-wait = Yalnızca beklemek: verilmiş bir rol { $date } tarihinde geçerli olmaya başlıyor.
admin-why-cure-give = Her yerde verilmiş şu rollerden biri: { $roles }.
admin-why-cure-give-in = { $places } içinde verilmiş şu rollerden biri: { $roles }.
admin-why-cure-policy = Başka bir ilke: { $policies } geçerli oldukça kişiye verilen hiçbir şey işe yaramaz.
admin-why-cure-activate = Etkin bir kuruluşta etkin bir hesap.
admin-why-cure-restore = Uygulamayı geri getirmek.
admin-why-counts = Burada geçerli
admin-why-elsewhere = Başka yerde geçerli
admin-why-later = Henüz başlamadı
admin-why-others = Bunu kimler yapabilir
admin-why-person = Kişiye git
admin-why-as-of = Şu tarihteki haliyle
admin-why-as-of-hint = 2026-11-20 gibi bir gün (başlangıcı, UTC) ya da 2026-11-20T14:00:00Z gibi bir an. Boş: şimdi.
admin-why-was = { $date } tarihindeki haliyle.
admin-why-wrong-as-of = Geçmişte bir gün ya da an gerekir, örneğin 2026-11-20 ya da 2026-11-20T14:00:00Z.
admin-why-step-up-required = Evet, kim olduğu daha güçlü ya da yeniden kanıtlanınca: { $by } bunu ister.
admin-why-cure-phishing-resistant = Oltalamaya dayanıklı bir geçiş anahtarı ya da güvenlik anahtarıyla oturum açma.
admin-why-cure-two = İkinci etkenle oturum açma.
admin-why-cure-one = Oturum açma.
admin-why-cure-fresh = { $count } dakika geçerlidir.

admin-who-title = Kim yapabilir
admin-who-what = Bir şeyi kimlerin, hangi rol ve ilkelerle yapabildiği: tam olarak bir uygulamanın evet yanıtı alacağı kişiler. Soran kayda geçer.
admin-who-state = Bir şeyi yapabilenlerin hepsi ve ne ile yapabildikleri
admin-who-about = { $action }, { $resource }
admin-who-subjects = Kimler aranıyor
admin-who-people = Kişiler
admin-who-service-accounts = Hizmet hesapları
admin-who-nobody = Bunu kimse yapamaz.
admin-who-none-yet = Bakılanlar arasında kimse yok. Bakılacak başkaları var.
admin-who-next = Devamı
