# Bütün sayfaların cümleleri: çerçeve ve neyin ters gittiğini söyleyen sayfalar.

frame-product = Doorward
frame-skip = İçeriğe geç
frame-languages = Dil

error-request-title = Bu işlem olmadı
error-request-what = İstek eksikti veya okunamadı.
error-request-next = Uygulamaya dönüp yeniden başlayın. Tekrar olursa uygulamanın destek ekibine aşağıdaki referansı iletin.
error-forbidden-title = Bunu burada yapamazsınız
error-forbidden-what = Bu sayfa size açık değil.
error-forbidden-next = Uygulamaya dönüp doğru hesapla oturum açın veya yöneticinizden erişim isteyin.
error-stale-title = Bu sayfa artık güncel değil
error-stale-what = Bu sayfa çok uzun süre açık kaldı ya da yerini başka bir sekme veya tarayıcının yeniden başlatılması aldı. Hiçbir şey değiştirilmedi.
error-stale-next = Uygulamayı bu sekmede açıp yeniden başlayın. Başka yerde yaptıklarınız olduğu gibi kalır.
error-not-found-title = Böyle bir sayfa yok
error-not-found-what = Adres yanlış yazılmış veya sayfa taşınmış olabilir.
error-not-found-next = Adresi kontrol edin veya geldiğiniz uygulamaya dönün.
error-method-title = Bu sayfa böyle açılamaz
error-method-what = Adres var, ancak bu tür bir istek için değil.
error-method-next = Uygulamaya dönüp yeniden başlayın.
error-too-large-title = Bir seferde çok fazla veri geldi
error-too-large-what = Gönderilen veri, sunucunun kabul ettiğinden büyük.
error-too-large-next = Geri dönün, girdiğinizi kısaltın ve yeniden gönderin.
error-type-title = Sunucu bunu okuyamıyor
error-type-what = Gönderilen veri, bu sayfanın kabul etmediği bir biçimde.
error-type-next = Uygulamaya dönüp kendi sayfasından yeniden başlayın.
error-too-many-title = Lütfen biraz bekleyin
error-too-many-what = Kısa sürede çok fazla deneme yapıldı.
error-too-many-next = Bir dakika bekleyin, sonra geri dönüp yeniden deneyin.
error-fault-title = Bizim tarafımızda bir sorun oluştu
error-fault-what = Hata sizde değil, bizde. Hiçbir şey değiştirilmedi.
error-fault-next = Birkaç dakika sonra yeniden deneyin. Sorun sürerse destek ekibine aşağıdaki referansı iletin.
error-busy-title = Birazdan yine buradayız
error-busy-what = Hizmet çok yoğun veya yeniden başlatılıyor. Hiçbir şey değiştirilmedi.
error-busy-next = Birkaç saniye bekleyip sayfayı yeniden yükleyin.
error-correlation = Referans: { $id }
