# Oturum açma: her sayfada yapılacak tek bir şey var.

signin-continue = Devam et
signin-username = Kullanıcı adı
signin-password = Parola
signin-as = { $username } olarak oturum açılıyor
signin-again = Bu adım ötekilerden daha sıkı korunur. Siz olduğunuzu bir kez daha kanıtlayın.
signin-not-you = Siz değil misiniz?

signin-identify-title = Oturum açın
signin-forgotten = Parolanızı mı unuttunuz?
signin-forgotten-passkey = Geçiş anahtarınız varsa onunla oturum açın: sonra “Hesabınız”, “Parola” altında eskisi olmadan yenisini belirlersiniz.
signin-forgotten-help = Aksi hâlde kuruluşunuzun bir yöneticisi yardım eder: nasıl oturum açacağınızı yeniden kuracağınız bir bağlantı alırsınız. Yalnızca e-posta geri dönüş yolu değildir; yoksa e-postanızı okuyan hesabınıza da sahip olurdu.
signin-lost = Oturum açamıyor musunuz?
signin-lost-passkey = Telefonunuzdaki geçiş anahtarı burada da çalışır: tarayıcınız bunun için bir QR kodu sunar. Parola yöneticinizin kopyaladığı bir anahtar öbür aygıtlarınızda da vardır.
signin-lost-help = Başka çare kalmazsa kuruluşunuzun bir yöneticisi yardım eder: nasıl oturum açacağınızı yeniden kuracağınız bir bağlantı alırsınız.
signin-password-title = Parolanızı girin

signin-totp-title = Kodunuzu girin
signin-code = Kimlik doğrulama uygulamanızdaki kod
signin-code-hint = Kimlik doğrulama uygulamanızı açın ve şu anda gösterdiği kodu girin.
signin-use-recovery = Bunun yerine bir kurtarma kodu kullan

signin-passkey-title = Geçiş anahtarınızla onaylayın
signin-passkey-what = Geçiş anahtarınız siz olduğunuzu onaylar: parmak izinizle, yüzünüzle, PIN ile ya da güvenlik anahtarınızla.
signin-wrong-passkey = Bu, hesabın bir geçiş anahtarı değildi ya da yanıt çok geç geldi. Lütfen yeniden deneyin.
signin-unknown-passkey = Bu geçiş anahtarı burada bilinmiyor: hesabından kaldırılmış ya da başka bir şeye ait. Başka bir yolla oturum açın.
passkey-use = Geçiş anahtarı kullan
passkey-failed = Olmadı. Yeniden deneyin ya da başka bir yoldan devam edin.
passkey-present = Bu cihazda bu hesabın bir geçiş anahtarı zaten var.
passkey-needs-script = Geçiş anahtarları betik gerektirir: lütfen bu sayfa için izin verin.

signin-recovery-title = Kurtarma kodu kullanın
signin-recovery-code = Kurtarma kodu
signin-recovery-hint = Kimlik doğrulayıcınızı kurarken sakladığınız kodlardan biri. Her kod bir kez geçerlidir.
signin-use-totp = Bunun yerine kimlik doğrulama uygulamasını kullan

signin-enrol-title = Kimlik doğrulayıcınızı kurun
signin-enrol-why = Hesabınız parolanın yanında ikinci bir kanıt istiyor: telefonunuzdaki bir kimlik doğrulama uygulamasından bir kod.
signin-enrol-scan = Bu resmi uygulamayla tarayın.
signin-enrol-qr = Kimlik doğrulama uygulamanız için QR kodu
signin-enrol-key = Tarayamıyorsanız bu anahtarı uygulamaya elle girin:
signin-enrol-form = Orada ayrıca şunları seçin: { $algorithm }, { $digits } basamak, 30 saniye. Bu seçenekleri olmayan bir uygulama kullanılamaz.
signin-enrol-code-hint = Ardından, çalıştığını bilmemiz için uygulamanın gösterdiği kodu girin.

signin-codes-title = Kurtarma kodlarınızı saklayın
signin-codes-why = İkinci kanıtınız çalışıyor. Onu bir gün kaybederseniz bu kodların her biri parolanızdan sonra onun yerine sizi bir kez içeri alır; yalnızca geçiş anahtarı istenen yerde kod yetmez.
signin-codes-keep = Kodları yazdırın veya parola yöneticinizde saklayın. Bir daha gösterilmeyecekler.
signin-codes-kept = Kodları sakladım

signin-left-title = Kurtarma kodu kullanıldı
signin-left = { $count ->
    [0] Bu son kurtarma kodunuzdu. Kimlik doğrulayıcınızı kaybetmeden önce yöneticinizden yardım isteyin.
    [one] Bir kurtarma kodunuz kaldı. Kullandığınız kod bir daha çalışmaz.
   *[other] { $count } kurtarma kodunuz kaldı. Kullandığınız kod bir daha çalışmaz.
}

signin-wrong-username = Kullanıcı adınızı girin.
signin-wrong-password = Bu kullanıcı adı ve parola birbirine uymuyor. İkisini de kontrol edip yeniden deneyin. Art arda birkaç denemeden sonra bir sonrakinin sayılması için bir süre bekleriz; sorun sürerse yöneticinize sorun.
signin-wrong-code = Bu kod işe yaramadı. Her kod bir kez ve kısa bir süre geçerlidir: bir sonrakini bekleyip onu girin. Art arda birkaç denemeden sonra bir sonrakinin sayılması için bir süre bekleriz.
signin-wrong-recovery-code = Bu kurtarma kodu işe yaramadı. Her kod bir kez geçerlidir: kodu kontrol edin veya başka bir kod kullanın. Art arda birkaç denemeden sonra bir sonrakinin sayılması için bir süre bekleriz.
signin-wrong-enrolment-code = Bu kod uymadı. Telefonunuzun saatinin doğru olduğunu kontrol edin, bir sonraki kodu bekleyip onu girin.
signin-may-not = Bu hesapla şu anda oturum açılamıyor. Yöneticinize sorun.

signin-gone = Bu oturum açma işlemi başka bir tarayıcıya ait veya burada artık bilinmiyor.
signin-expired = Bu oturum açma işlemi çok uzun süre açık kaldı ve sona erdi.

signin-finished-title = Bu oturum açma işlemi bitti
signin-finished-what = Daha önce tamamlanmış bir oturum açma işlemine geri döndünüz.
signin-finished-next = Uygulamaya geri dönün. Oturum açmanızı isterse oradan yeniden başlayın.
signin-finished-home = Kimin oturum açtığını gör

signin-trust = { $days ->
    [one] Bu cihazda bir gün boyunca sorma
   *[other] Bu cihazda { $days } gün boyunca sorma
}
signin-trust-hint = Yalnızca sizden başkasının kullanmadığı bir cihazda.
signin-refused-title = Buraya giremezsiniz
signin-refused-next = Girebilmeniz gerektiğini düşünüyorsanız yöneticinize sorun.
signin-refused-sessions = Kuralların izin verdiği ölçüde bu hesapta yine de oturumunuz açık. Başka biri kullanıyor olabilirse tüm tarayıcılardan ve uygulamalardan çıkın; sonra hepsi yeniden sorar.
signin-refused-everywhere = Her yerde oturumu kapat
signin-refused-other = Başka biri olarak oturum aç
signin-unreachable-title = Daha güçlü bir oturum açma gerekiyor
signin-unreachable-what = Uygulama, burada henüz verilemeyen bir kanıt istiyor.
signin-unreachable-next = Uygulamaya geri dönün ve destek ekibine bu isteğin karşılanamadığını bildirin.

home-sign-out = Oturumu kapat
home-nobody-title = Açık oturum yok
home-nobody-what = Buradan oturum açın veya bu oturumu kullanan bir uygulamayı açın.
home-sign-in = Oturum aç

setup-title = Doorward kurulumu
setup-what = Burada ilk kuruluşunuz ve yöneticisi oluşturulur. Ardından kimlik doğrulayıcınızı kurarsınız ve oturumunuz açılır.
setup-organisation = Kuruluş
setup-slug = Kuruluşun kısa adı
setup-slug-hint = Küçük harfler, rakamlar ve kısa çizgiler; örneğin northbeam. Adreslerde görünür.
setup-name = Adınız
setup-username-hint = Oturum açarken kullanacağınız ad, örneğin e-posta adresiniz.
setup-password-hint = En az 8 karakter. Birbiriyle ilgisi olmayan birkaç sözcük iyi olur.
setup-gone = Bu kurulum bağlantısı kullanılmış, süresi dolmuş veya sunucu zaten kurulmuş. Kuruluşu olmayan bir sunucu başladığında yeni bir bağlantı yazdırılır.
setup-wrong-name = Kuruluşu ve adınızı girin; her biri en çok 200 karakter.
setup-wrong-slug = Kısa ad 1 ile 60 arası küçük harf, rakam ve kısa çizgiden oluşur ve bir harfle başlar.
setup-wrong-username = Kullanıcı adında boşluk olmaz ve en çok 200 karakter olur.
setup-wrong-password-short = Parola en az 8 karakter olmalı.
setup-wrong-password-long = Parola 1.024 karakterden uzun. Daha kısa bir parola seçin.
setup-wrong-password-name = Parola adınızdan, kurumunuzdan ya da benzerlerinden oluşuyor. Başka bir parola seçin.

create-title = Hesap oluştur
create-what = Bu, uygulamanın kuruluşunda bir hesap oluşturur. Orada ne yapabileceğinizi size bir yetkili verir.
create-continue = Hesap oluştur
create-have = Hesabım var
create-link = Hesap oluştur
create-wrong-name = Adınızı girin; en çok 200 karakter.
create-taken = Bu kullanıcı adı alınmış. Başka bir ad seçin ya da ad sizinse oturum açın.

signin-new-passkey-title = Geçiş anahtarı ekleyin
signin-new-passkey-why = Yapmak üzere olduğunuz şey, hiçbir sahte sayfanın çalamayacağı bir kanıt ister: bir geçiş anahtarı. Henüz hiç yok.
signin-new-passkey-how = Cihazınız parmak izinizi, yüzünüzü ya da PIN kodunu sorar. Sonra geçiş anahtarını bir kez kullanırsınız.
signin-new-passkey-make = Geçiş anahtarı oluştur
signin-offer-title = Bir dahaki sefere daha hızlı girin
signin-offer-what = Geçiş anahtarıyla parola yazmadan, parmak izinizle, yüzünüzle ya da bu cihazın PIN koduyla girersiniz. Hiçbir sahte sayfa onu elinizden alamaz.
signin-offer-not-now = Şimdi değil
password-hint-alone = En az 15 karakter. Birbiriyle ilgisi olmayan birkaç kelime iyidir.
password-wrong-short-alone = Bu parola tek başına duruyor: en az 15 karakter gerekir. Birkaç kelime kolayca o uzunluğa varır.
password-wrong-common = Bu parola ilk denenenler arasında. Başka bir tane seçin: birbiriyle ilgisi olmayan birkaç kelime iyidir.
password-wrong-breached = Bu parolayı başkaları biliyor: bir yerden çalınmış ve yayımlanmış. Başka bir tane seçin ve kullandığınız her yerde değiştirin.
password-wrong-present = Bu parola zaten sizin parolanız. Başka bir tane seçin.
password-weak = Kolay tahmin edilir. Bir iki kelime ekleyin.
password-fair = Orta. Bir kelime daha eklerseniz iyi olur.
password-strong = İyi.
